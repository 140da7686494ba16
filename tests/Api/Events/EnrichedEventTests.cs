using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Turnstile.Api.Events;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Events;

public sealed class EnrichedEventTests
{
    private static readonly DateTimeOffset Date = new(2022, 2, 2, 23, 45, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_bet_is_enriched_counted_and_logged_once()
    {
        await using var rates = new RatesApi(_ => RatesApi.Good);
        await using var service = new ServiceProcess($"--Rates:Url={rates.Url}", "--Events:Output=events.jsonl");
        await service.Start();
        JsonElement before = await service.Http.Materialized();
        Assert.Equal(JsonValueKind.Null, before.GetProperty("top_player_bets").ValueKind);
        using HttpResponseMessage put = await service.Http.PutAsJsonAsync(
            "/players/11", new { email = "john@example.com", last_signed_in_at = "2022-02-01T10:00:00Z" });
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);

        using HttpResponseMessage taken = await service.Http.PostEvents(EventsClient.ToJson(
            [new EventBody(1, 11, 101, "bet", 500, "USD", true, Date), new EventBody(2, 12, 0, "deposit", 1_000, "JPY", false, Date)]));
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);

        JsonElement bet = await service.Http.Final(1);
        Assert.Equal(468, bet.GetProperty("amount_eur").GetInt64());
        Assert.Equal("1.0684", bet.GetProperty("rate").GetRawText());
        Assert.False(bet.GetProperty("rate_stale").GetBoolean());
        Assert.Equal("john@example.com", bet.GetProperty("player").GetProperty("email").GetString());
        Assert.Equal(
            "Player #11 (john@example.com) placed a bet of 5 USD (4.68 EUR) on a game \"It's bananas!\" "
            + "on February 2nd, 2022 at 23:45 UTC.",
            bet.GetProperty("description").GetString());
        JsonElement deposit = await service.Http.Final(2);
        Assert.Equal(JsonValueKind.Null, deposit.GetProperty("player").ValueKind);
        await service.Http.Counted(2);

        JsonElement totals = await service.Http.Materialized("?window_size=10");
        Assert.Equal("""{"id":11,"count":1}""", totals.GetProperty("top_player_bets").GetRawText());
        Assert.Equal("""{"id":11,"count":1}""", totals.GetProperty("top_player_wins").GetRawText());
        Assert.Equal("""{"id":12,"count":619}""", totals.GetProperty("top_player_deposits").GetRawText());
        string output = Path.Combine(service.Folder, "events.jsonl");
        await Wait.Until("both events are logged", async () => (await File.ReadAllLinesAsync(output)).Length == 2);
        Assert.Contains(await File.ReadAllLinesAsync(output), line => line == bet.GetRawText());
    }

    [Fact]
    public async Task A_player_is_looked_up_for_every_event_and_never_remembered()
    {
        await using var service = new ServiceProcess("--Events:Output=none");
        await service.Start();
        for (int id = 1; id <= 3; id++)
        {
            using HttpResponseMessage put = await service.Http.PutAsJsonAsync("/players/7", new { email = $"{id}@example.com" });
            using HttpResponseMessage taken = await service.Http.PostEvents(
                EventsClient.ToJson([new EventBody(id, 7, 100, "game_start", null, null, false, Date)]));

            JsonElement final = await service.Http.Final(id);
            Assert.Equal($"{id}@example.com", final.GetProperty("player").GetProperty("email").GetString());
        }
    }

    [Fact]
    public async Task Ten_thousand_waiting_events_make_one_request_for_rates()
    {
        var gate = new TaskCompletionSource();
        await using var rates = new RatesApi(async _ =>
        {
            await gate.Task;
            return (200, RatesApi.Good);
        });
        await using var service = new ServiceProcess(
            $"--Rates:Url={rates.Url}", "--Rates:Timeout=00:00:07", "--Events:Output=none");
        await service.Start();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async batch =>
        {
            using HttpResponseMessage taken = await service.Http.PostEvents(EventsClient.ToJson(
                from id in Enumerable.Range(1 + (batch * 500), 500)
                select new EventBody(id, (id % 997) + 1, 100, "bet", id, "USD", false, Date)));
            Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        }));

        gate.SetResult();
        await service.Http.Counted(10_000);

        Assert.Equal(1, rates.Requests);
    }

    [Fact]
    public async Task A_dead_letter_says_why_and_is_counted_once_it_is_retried()
    {
        bool mended = false;
        await using var rates = new RatesApi(_ => Task.FromResult(Volatile.Read(ref mended) ? (200, RatesApi.Good) : (500, "")));
        await using var service = new ServiceProcess(
            $"--Rates:Url={rates.Url}",
            "--Rates:AttemptPeriod=00:00:00",
            "--Rates:BreakPeriod=00:00:00.1",
            "--Events:AttemptsMax=2",
            "--Events:RetryPeriod=00:00:00.05",
            "--Events:Output=events.jsonl");
        await service.Start();
        using HttpResponseMessage taken = await service.Http.PostEvents(EventsClient.ToJson(
            [new EventBody(1, 11, 101, "bet", 500, "USD", false, Date), new EventBody(2, 11, 101, "bet", 500, "EUR", false, Date)]));
        await Wait.Until("a dead letter is listed", async () => (await DeadLetters(service)).GetArrayLength() == 1);

        JsonElement dead = (await DeadLetters(service))[0];
        Assert.Equal(1, dead.GetProperty("event").GetProperty("id").GetInt64());
        Assert.Equal(2, dead.GetProperty("attempts").GetInt32());
        Assert.Equal("No rate for USD: the source answered 500.", dead.GetProperty("reason").GetString());
        await service.Http.Counted(1);
        using HttpResponseMessage alive = await service.Http.PostAsync("/dead-letters/events/2/retry", null);
        Assert.Equal(HttpStatusCode.Conflict, alive.StatusCode);
        using HttpResponseMessage unknown = await service.Http.PostAsync("/dead-letters/events/3/retry", null);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);

        Volatile.Write(ref mended, true);
        await Wait.Until("the source is asked again", async () =>
        {
            using HttpResponseMessage retried = await service.Http.PostAsync("/dead-letters/events/retry", null);
            Assert.Equal(HttpStatusCode.Accepted, retried.StatusCode);
            using HttpResponseMessage final = await service.Http.GetAsync("/events/1");
            return final.StatusCode == HttpStatusCode.OK;
        });
        await service.Http.Counted(2);
        Assert.Equal(0, (await DeadLetters(service)).GetArrayLength());
    }

    [Fact]
    public async Task Without_a_source_of_rates_a_foreign_amount_is_a_dead_letter_that_names_the_option()
    {
        await using var service = new ServiceProcess("--Events:Output=none");
        await service.Start();
        using HttpResponseMessage taken = await service.Http.PostEvents(
            EventsClient.ToJson([new EventBody(1, 11, 101, "bet", 500, "USD", false, Date)]));

        await Wait.Until("a dead letter is listed", async () => (await DeadLetters(service)).GetArrayLength() == 1);

        Assert.Equal("No rate for USD: Rates:Url is not set.", (await DeadLetters(service))[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task All_dead_letters_are_retried_though_there_are_more_than_a_call_has_time_for()
    {
        // Of one player, so that the last is taken up last.
        const int many = 10_001;
        await using var service = new ServiceProcess("--Events:Output=none");
        await service.Start();
        using HttpResponseMessage taken = await service.Http.PostEvents(EventsClient.ToJson(
            Enumerable.Range(1, many).Select(id => new EventBody(id, 5, 100, "bet", 1, "USD", false, Date))));
        await Wait.Until("all are dead letters", async () =>
        {
            using HttpResponseMessage last = await service.Http.GetAsync($"/events/{many}");
            return last.StatusCode == HttpStatusCode.NotFound;
        });

        JsonElement retried = await (await service.Http.PostAsync("/dead-letters/events/retry", null)).Json();

        Assert.Equal(many, retried.GetProperty("retried").GetInt64());
    }

    [Fact]
    public async Task A_partition_that_is_behind_refuses_with_429_and_takes_in_again_later()
    {
        var gate = new TaskCompletionSource();
        await using var rates = new RatesApi(async _ =>
        {
            await gate.Task;
            return (200, RatesApi.Good);
        });
        await using var service = new ServiceProcess(
            $"--Rates:Url={rates.Url}", "--Rates:Timeout=00:00:07", "--Events:WaitingPerPartitionMax=100", "--Events:Output=none");
        await service.Start();
        int id = 0;
        EventBody[] Batch() => [.. Enumerable.Range(0, 60).Select(_ => new EventBody(++id, 5, 100, "bet", 1, "USD", false, Date))];
        using HttpResponseMessage first = await service.Http.PostEvents(EventsClient.ToJson(Batch()));

        string second = EventsClient.ToJson(Batch());
        using HttpResponseMessage refused = await service.Http.PostEvents(second);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        gate.SetResult();
        await service.Http.Counted(60);
        using HttpResponseMessage later = await service.Http.PostEvents(second);
        Assert.Equal(HttpStatusCode.Accepted, later.StatusCode);
        await service.Http.Counted(120);
    }

    private static async Task<JsonElement> DeadLetters(ServiceProcess service) =>
        (await service.Http.GetFromJsonAsync<JsonElement>("/dead-letters/events")).GetProperty("items");
}
