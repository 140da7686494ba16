using System.Net;
using Turnstile.Grains.Callbacks;

namespace Turnstile.Grains.Tests.Callbacks;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::808:808")]
    public void A_public_address_may_be_called(string address) =>
        Assert.True(new AddressRules("").Allows("example.com", 443, IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("::7f00:1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void Any_other_may_not(string address) =>
        Assert.False(new AddressRules("").Allows("example.com", 80, IPAddress.Parse(address)));

    [Theory]
    [InlineData("*", true)]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("10.1.2.3:8080", true)]
    [InlineData("10.1.2.3:8081", false)]
    [InlineData("10.0.0.0/8:8080", true)]
    [InlineData("10.0.0.0/8:8081", false)]
    [InlineData("hooks.internal", true)]
    [InlineData("HOOKS.internal:8080", true)]
    [InlineData("hooks.internal:8081", false)]
    [InlineData("http://hooks.internal:8080/path", true)]
    [InlineData("other.internal, 10.2.0.0/16", false)]
    [InlineData("other.internal, 10.1.0.0/16", true)]
    public void What_the_operator_allows_may_be_called(string allow, bool may) =>
        Assert.Equal(may, new AddressRules(allow).Allows("hooks.internal", 8080, IPAddress.Parse("10.1.2.3")));

    [Fact]
    public void An_allowed_network_allows_the_same_addresses_mapped_to_IPv6() =>
        Assert.True(new AddressRules("127.0.0.0/8").Allows("x", 80, IPAddress.Parse("::ffff:127.0.0.1")));

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/8:port")]
    [InlineData("c//d")]
    [InlineData("host:port")]
    public void An_entry_that_allows_nothing_is_told(string allow) =>
        Assert.Throws<FormatException>(() => new AddressRules(allow));
}
