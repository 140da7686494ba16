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
}
