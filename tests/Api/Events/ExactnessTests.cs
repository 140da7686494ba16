using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Turnstile.Api.Events;
using Turnstile.Harness;
using Xunit.Abstractions;

namespace Turnstile.Api.Tests.Events;

/// <summary>
/// Everything that can go wrong at once. <c>TURNSTILE_TEST_EVENTS</c> says how many events take part; 20,000 by
/// default.
/// </summary>
public sealed class ExactnessTests(ITestOutputHelper output)
{
    private const int Seed = 20_260_102;
    private const int BatchSize = 250;
    private const int Publishers = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private static int Count =>
        int.TryParse(Environment.GetEnvironmentVariable("TURNSTILE_TEST_EVENTS"), out int count) ? count : 20_000;

    [Fact]
    public async Task Every_event_counts_once_through_repeats_shuffles_two_kills_and_a_source_that_fails_hangs_and_lies()
    {
        var events = new SeededEvents(Seed, Count);
        await using var rates = new RatesApi(Misbehave);
        await using var service = new ServiceProcess(
            $"--Rates:Url={rates.Url}",
            "--Rates:Ttl=00:00:00.3",
            "--Rates:Timeout=00:00:00.25",
            "--Rates:AttemptPeriod=00:00:00.01",
            "--Rates:BreakPeriod=00:00:00.1",
            "--Events:AttemptsMax=4",
            "--Events:RetryPeriod=00:00:00.1",
            "--Events:SnapshotEvents=500",
            "--Events:StepMax=300",
            "--Events:Output=events.jsonl");
        await service.Start();
        for (int player = 1; player <= 20; player++)
        {
            using HttpResponseMessage put = await service.Http.PutAsJsonAsync(
                $"/players/{player}", new { email = $"{player}@example.com" });
            put.EnsureSuccessStatusCode();
        }

        await PublishAll(service, events);
        await SettleDeadLetters(service, events);
        await service.Http.Counted(events.Countable.Length);

        JsonElement totals = await service.Http.Materialized();
        Assert.Equal(events.Top(drawn => drawn.Type == "bet" ? 1 : 0), totals.GetProperty("top_player_bets").GetRawText());
        Assert.Equal(
            events.Top(drawn => drawn is { Type: "bet", HasWon: true } ? 1 : 0), totals.GetProperty("top_player_wins").GetRawText());
        Assert.Equal(
            events.Top(drawn => drawn.Type == "deposit" ? SeededEvents.Cents(drawn)!.Value : 0),
            totals.GetProperty("top_player_deposits").GetRawText());
        await AssertLog(Path.Combine(service.Folder, "events.jsonl"), events);
        output.WriteLine($"{Count} events, {rates.Requests} requests for rates.");
    }

    /// <summary>Two good answers of eight, in an order that brings every lie before and after a good one.</summary>
    private static async Task<(int Status, string Body)> Misbehave(int number)
    {
        switch (number % 8)
        {
            case 1:
                return (500, "");
            case 2:
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
                return (200, RatesApi.Good);
            case 3:
                return (200, RatesApi.Good.Replace("1.0684", "-1.0684", StringComparison.Ordinal));
            case 5:
                return (200, RatesApi.Good.Replace("161.47", "1e15", StringComparison.Ordinal));
            case 6:
                return (200, "{\"base\":\"EUR\",\"rates\":{\"USD\":");
            case 7:
                return (200, RatesApi.Good.Replace("\"GBP\":0.8573,", "", StringComparison.Ordinal));
            default:
                return (200, RatesApi.Good);
        }
    }

    private static async Task PublishAll(ServiceProcess service, SeededEvents events)
    {
        var random = new Random(Seed);
        EventBody[] deliveries = [.. events.All, .. events.All.Where(_ => random.Next(10) == 0)];
        random.Shuffle(deliveries);
        EventBody[][] batches = [.. deliveries.Chunk(BatchSize)];
        int[] kills = [batches.Length / 3, batches.Length * 2 / 3];
        int next = -1;
        using var killing = new SemaphoreSlim(1);
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(async _ =>
        {
            for (int i = Interlocked.Increment(ref next); i < batches.Length; i = Interlocked.Increment(ref next))
            {
                if (kills.Contains(i))
                {
                    await killing.WaitAsync();
                    await service.Kill();
                    await service.Start();
                    killing.Release();
                }

                await Publish(service, batches[i], protobuf: i % 2 == 0);
            }
        }));
    }

    /// <summary>As a publisher does that wants its events counted: it hands them in until they are taken.</summary>
    private static Task Publish(ServiceProcess service, EventBody[] batch, bool protobuf) => Wait.Until(
        "a batch is taken in",
        async () =>
        {
            try
            {
                using HttpResponseMessage answer = protobuf
                    ? await service.Http.PostProtobuf(EventsClient.ToProtobuf(batch))
                    : await service.Http.PostEvents(EventsClient.ToJson(batch));
                Assert.True(
                    answer.StatusCode is HttpStatusCode.Accepted
                        or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable,
                    $"The service answered {answer.StatusCode}.");
                return answer.StatusCode == HttpStatusCode.Accepted;
            }
            catch (HttpRequestException)
            {
                // It is being killed.
                return false;
            }
        },
        Patience);

    /// <summary>What died only because the source was away is tried again, until nothing but orphans is left.</summary>
    private static Task SettleDeadLetters(ServiceProcess service, SeededEvents events) => Wait.Until(
        "every event is counted or dead for good",
        async () =>
        {
            if ((await service.Http.Materialized()).GetProperty("events_total").GetInt64() < events.Countable.Length)
            {
                using HttpResponseMessage retried = await service.Http.PostAsync("/dead-letters/events/retry", null);
                retried.EnsureSuccessStatusCode();
                return false;
            }

            return await CountDead(service) == events.All.Length - events.Countable.Length;
        },
        Patience);

    private static async Task<int> CountDead(ServiceProcess service)
    {
        int dead = 0;
        for (string? query = ""; query is not null;)
        {
            JsonElement page = await service.Http.GetFromJsonAsync<JsonElement>($"/dead-letters/events?limit=1000{query}");
            Assert.All(
                page.GetProperty("items").EnumerateArray(),
                item => Assert.Equal(SeededEvents.Orphan, item.GetProperty("event").GetProperty("currency").GetString()));
            dead += page.GetProperty("items").GetArrayLength();
            query = page.GetProperty("next").GetString() is { } next ? $"&after={next}" : null;
        }

        return dead;
    }

    private static async Task AssertLog(string path, SeededEvents events)
    {
        var logged = new Dictionary<long, JsonElement>();
        await Wait.Until("all final events are logged", async () =>
        {
            logged.Clear();
            string[] lines = await File.ReadAllLinesAsync(path);
            if (lines.Length < events.Countable.Length)
            {
                return false;
            }

            Assert.Equal(events.Countable.Length, lines.Length);
            foreach (string line in lines)
            {
                JsonElement final = JsonSerializer.Deserialize<JsonElement>(line);
                Assert.True(logged.TryAdd(final.GetProperty("id").GetInt64(), final), $"Twice in the log: {line}");
            }

            return true;
        });
        foreach (EventBody drawn in events.Countable)
        {
            JsonElement final = logged[drawn.Id];
            JsonElement cents = final.GetProperty("amount_eur");
            Assert.Equal(SeededEvents.Cents(drawn), cents.ValueKind == JsonValueKind.Null ? null : cents.GetInt64());
            Assert.Equal(drawn.PlayerId <= 20, final.GetProperty("player").ValueKind == JsonValueKind.Object);
        }
    }
}
