using System.Net;
using System.Text.Json;
using Turnstile.Api.Events;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Events;

public sealed class MovingAverageTests
{
    private const int Batches = 5;
    private const int BatchSize = 101;

    private static readonly DateTimeOffset Date = new(2022, 2, 2, 23, 45, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_moving_average_is_its_definition_over_the_logged_times_to_the_last_digit()
    {
        await using var service = new ServiceProcess("--Events:Output=events.jsonl");
        await service.Start();
        for (int batch = 0; batch < Batches; batch++)
        {
            int first = 1 + (batch * BatchSize);
            using HttpResponseMessage taken = await service.Http.PostEvents(EventsClient.ToJson(
                from id in Enumerable.Range(first, BatchSize)
                select new EventBody(id, (id % 7) + 1, 100, "game_start", null, null, false, Date)));
            Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
            await service.Http.Counted((batch + 1) * BatchSize);
        }

        long[] received = await ReceivedSeconds(Path.Combine(service.Folder, "events.jsonl"));
        foreach (int window in new[] { 1, 10, 60, 3_600 })
        {
            (long second, double average) = await Average(service, window);
            long inWindow = received.Count(at => at > second - window && at <= second);
            Assert.Equal((double)inWindow / window, average);
        }
    }

    /// <summary>The average, and the second in which it was asked for and told.</summary>
    private static async Task<(long Second, double Average)> Average(ServiceProcess service, int window)
    {
        while (true)
        {
            long before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            JsonElement totals = await service.Http.Materialized($"?window_size={window}");
            if (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() == before)
            {
                return (before, totals.GetProperty("events_per_second_moving_average").GetDouble());
            }
        }
    }

    private static async Task<long[]> ReceivedSeconds(string path)
    {
        string[] lines = [];
        await Wait.Until("all events are logged", async () =>
        {
            lines = await File.ReadAllLinesAsync(path);
            return lines.Length == Batches * BatchSize;
        });
        return [.. lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line)
            .GetProperty("received_at").GetDateTimeOffset().ToUnixTimeSeconds())];
    }
}
