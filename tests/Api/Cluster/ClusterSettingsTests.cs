using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Turnstile.Silo;

namespace Turnstile.Api.Tests.Cluster;

public sealed class ClusterSettingsTests
{
    [Theory]
    [InlineData("abc")]
    [InlineData("10.0.0.256")]
    [InlineData("10.7")]
    [InlineData("7")]
    [InlineData("1.2.3.4.5")]
    [InlineData("10.0.0.7:11111")]
    [InlineData("silo-1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("")]
    public void What_is_no_address_that_others_can_reach_is_refused_by_the_name_of_its_option(string address) =>
        Assert.Contains("Cluster:Address", Assert.Throws<ValidationException>(() => Read(address)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("10.0.0.7")]
    [InlineData("127.0.0.1")]
    [InlineData("fd00::7")]
    [InlineData("FD00:0:0::7")]
    public void An_address_of_either_kind_is_taken(string address) => Assert.Equal(address, Read(address).Address);

    private static ClusteringOptions Read(string address) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { ["Cluster:Address"] = address })
        .Build()
        .Cluster();
}
