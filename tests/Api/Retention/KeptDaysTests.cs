using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Turnstile.Api.Events;
using Turnstile.Api.Tests.Compute;
using Turnstile.Api.Tests.Events;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Retention;

public sealed class KeptDaysTests
{
    // Some seconds.
    private const string Days = "0.00004";

    private static readonly DateTimeOffset Date = new(2022, 2, 2, 23, 45, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_old_job_is_not_there_any_more_and_its_caller_still_has_it_counted()
    {
        await using var service = new ServiceProcess($"--Compute:KeepDays={Days}");
        await service.Start();
        string id = await service.Http.SubmitAccepted("one", new { number = "15" });
        await Gone(service.Http, $"/compute/{id}", HttpStatusCode.NotFound);

        Assert.Equal(1, await Done(service.Http));
        Assert.Empty((await service.Http.GetFromJsonAsync<JsonElement>("/callers/one/jobs")).GetProperty("items").EnumerateArray());
        await service.Http.SubmitAccepted("one", new { number = "21" });
        await Wait.Until("the next is counted, too", async () => await Done(service.Http) == 2);
    }

    [Fact]
    public async Task An_old_event_is_gone_and_still_counted_also_after_a_restart()
    {
        await using var service = new ServiceProcess(
            $"--Events:KeepDays={Days}", "--Events:SnapshotEvents=1", "--Events:Output=none");
        await service.Start();
        for (int id = 1; id <= 2; id++)
        {
            (await service.Http.PostEvents(EventsClient.ToJson([new EventBody(id, 11, 101, "game_start", null, null, false, Date)])))
                .Dispose();
            await service.Http.Counted(id);
        }

        await Gone(service.Http, "/events/1", HttpStatusCode.Gone);
        await service.Kill();
        await service.Start();
        await service.Http.Counted(2);
    }

    private static async Task<long> Done(HttpClient http) =>
        (await http.GetFromJsonAsync<JsonElement>("/callers/one")).GetProperty("done").GetInt64();

    private static Task Gone(HttpClient http, string path, HttpStatusCode status) => Wait.Until($"{path} is answered {status}", async () =>
    {
        using HttpResponseMessage answer = await http.GetAsync(path);
        return answer.StatusCode == status;
    });
}
