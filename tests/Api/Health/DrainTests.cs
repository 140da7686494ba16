using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Turnstile.Api.Tests.Compute;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Health;

public sealed class DrainTests
{
    // The product of two primes of 50 digits or so: nothing that ends while a test runs.
    private const string Hard =
        "1522605027922533360535618378132637429718068114961380688657908494580122963258952897654000350692006139";

    [Fact]
    public async Task A_service_that_stops_says_so_first_then_refuses_and_then_ends()
    {
        // Long enough to see each step on a busy machine.
        await using var service = new ServiceProcess("--Drain:NoticeSeconds=10", "--Drain:RefuseSeconds=10");
        await service.Start();

        Task<int> stop = service.Stop();
        await Wait.Until("it is not ready", async () =>
        {
            using HttpResponseMessage ready = await service.Http.GetAsync("/health/ready");
            return ready.StatusCode == HttpStatusCode.ServiceUnavailable && ready.Headers.RetryAfter is not null;
        });
        using HttpResponseMessage taken = await service.Http.Submit("late", new { number = "15" });
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);

        await Wait.Until("new calls are refused", async () =>
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

    [Fact]
    public async Task Who_does_not_take_his_answer_costs_a_service_that_stops_none_of_its_jobs_an_attempt()
    {
        await using var service = new ServiceProcess("--Compute:CheckpointSeconds=3600");
        await service.Start();

        // More than all buffers between hold.
        using var deaf = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await deaf.ConnectAsync(service.Address.Host, service.Address.Port);
        string asked = string.Concat(Enumerable.Repeat("GET /swagger/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n", 20));
        await deaf.SendAsync(Encoding.ASCII.GetBytes(asked));
        await deaf.ReceiveAsync(new byte[1]);
        string id = await service.Http.SubmitAccepted("late", new { number = Hard });
        await Wait.Until("the job has been computed for a while", async () => await CpuSeconds(service, id) > 0.5);

        Assert.Equal(0, await service.Stop());
        await service.Start();
        await Wait.Until("the job is computed again", async () => await CpuSeconds(service, id) > 0);

        Assert.Equal(1, (await service.Http.GetFromJsonAsync<JsonElement>($"/compute/{id}")).GetProperty("attempts").GetInt32());
    }

    [Fact]
    public async Task Who_waits_for_a_job_is_not_let_go_while_a_service_that_is_to_stop_still_answers()
    {
        // Long enough to see it on a busy machine.
        await using var service = new ServiceProcess("--Drain:NoticeSeconds=15");
        await service.Start();
        string id = await service.Http.SubmitAccepted("late", new { number = Hard });

        Task<int> stop = service.Stop();
        await Wait.Until("it is not ready", async () =>
        {
            using HttpResponseMessage ready = await service.Http.GetAsync("/health/ready");
            return ready.StatusCode == HttpStatusCode.ServiceUnavailable;
        });
        Task<JsonElement> held = service.Http.Ended(id);
        Task<string> followed = service.Http.GetStringAsync($"/compute/{id}/events");
        using HttpResponseMessage live = await service.Http.GetAsync("/health/live");
        using HttpResponseMessage cancelled = await service.Http.DeleteAsync($"/compute/{id}");

        Assert.Equal("cancelled", (await held).GetProperty("status").GetString());
        Assert.Contains("event: done", await followed, StringComparison.Ordinal);
        Assert.Equal(0, await stop);
    }

    private static async Task<double> CpuSeconds(ServiceProcess service, string id) =>
        (await service.Http.GetFromJsonAsync<JsonElement>($"/compute/{id}")).GetProperty("cpu_seconds").GetDouble();
}
