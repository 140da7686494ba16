using System.Net;
using Turnstile.Api.Tests.Compute;
using Turnstile.Api.Tests.Events;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Health;

public sealed class DrainTests
{
    [Fact]
    public async Task A_service_that_stops_says_so_first_then_refuses_and_then_ends()
    {
        // Long enough to see each step on a busy machine.
        await using var service = new ServiceProcess("--Drain:NoticeSeconds=10", "--Drain:RefuseSeconds=10");
        await service.Start();

        Task<int> stop = service.Stop();
        await EventsClient.Until("it is not ready", async () =>
        {
            using HttpResponseMessage ready = await service.Http.GetAsync("/health/ready");
            return ready.StatusCode == HttpStatusCode.ServiceUnavailable && ready.Headers.RetryAfter is not null;
        });
        using HttpResponseMessage taken = await service.Http.Submit("late", new { number = "15" });
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);

        await EventsClient.Until("new calls are refused", async () =>
        {
            using HttpResponseMessage refused = await service.Http.Submit("late", new { number = "15" });
            return refused.StatusCode == HttpStatusCode.ServiceUnavailable && refused.Headers.RetryAfter is not null;
        });
        using HttpResponseMessage failed = await service.Http.GetAsync("/api/verve/accept?id=1");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        Assert.Equal("failed", await failed.Content.ReadAsStringAsync());
        using HttpResponseMessage live = await service.Http.GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);

        Assert.Equal(0, await stop);
    }
}
