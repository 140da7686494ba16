using System.Net;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Accept;

public sealed class AcceptStartTests
{
    [Theory]
    [InlineData("--Accept:Writers:0=pigeon", "pigeon")]
    [InlineData("--Accept:CallbackAllow=not//a-host", "Accept:CallbackAllow")]
    [InlineData("--Accept:MinuteSeconds=7", "MinuteSeconds")]
    [InlineData("--Accept:File:Path=/proc/none/accept.jsonl", "Accept:File:Path")]
    public async Task A_setting_that_cannot_work_ends_the_start_with_its_name(string setting, string name)
    {
        await using var service = new ServiceProcess(setting);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(service.Start);
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_keys_are_configured_ids_are_counted_for_those_who_have_one()
    {
        await using var service = new ServiceProcess("--Keys:0:Account=a", "--Keys:0:Key=secret-of-a-test");
        await service.Start();
        using HttpResponseMessage refused = await service.Http.GetAsync("/api/verve/accept?id=1");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        service.Http.DefaultRequestHeaders.Add("X-Api-Key", "secret-of-a-test");
        Assert.Equal("ok", await service.Http.GetStringAsync("/api/verve/accept?id=1"));
    }
}
