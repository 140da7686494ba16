using Turnstile.Harness;

namespace Turnstile.Api.Tests.Events;

public sealed class EventStartTests
{
    [Theory]
    [InlineData("--Events:RabbitMq:Url=rabbit", "Events:RabbitMq:Url")]
    [InlineData("--Events:RabbitMq:Url=http://localhost/", "Events:RabbitMq:Url")]
    [InlineData("--Rates:Url=ftp://rates", "Rates:Url")]
    public async Task A_setting_that_cannot_work_ends_the_start_with_its_name(string setting, string name)
    {
        await using var service = new ServiceProcess(setting);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(service.Start);
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }
}
