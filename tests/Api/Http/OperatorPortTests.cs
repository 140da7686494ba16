using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Turnstile.Api.Http;

namespace Turnstile.Api.Tests.Http;

public sealed class OperatorPortTests
{
    [Theory]
    [InlineData("http_ports", "8080", "http://*:8080;http://*:8090")]
    [InlineData("http_ports", "8080;8081", "http://*:8080;http://*:8081;http://*:8090")]
    [InlineData("urls", "http://127.0.0.1:5000", "http://127.0.0.1:5000;http://127.0.0.1:8090")]
    [InlineData("environment", "Production", "http://localhost:8080;http://localhost:8090")]
    public void Where_the_service_listens_it_listens_with_a_port_for_operators_too(string setting, string value, string urls)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(
            [$"--{setting}={value}", "--Cluster:Redis=localhost:6379", "--Cluster:DashboardPort=8090"]);
        builder.AddHttp();

        Assert.NotNull(OperatorPort.Open(builder));

        Assert.Equal(urls, builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey));
    }
}
