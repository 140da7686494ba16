using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Turnstile.Cluster.Tests;

/// <summary>What holds in one process holds over several silos and gateways.</summary>
public sealed class CapabilityTests(RunningCluster cluster) : ClusterTest(cluster)
{
    [ClusterFact]
    public async Task Ids_accepted_by_two_gateways_are_counted_exactly()
    {
        const int Ids = 5_000;
        for (long first = 1; ; first += Ids)
        {
            string before = await Minute();

            // Every id comes twice, once by each gateway.
            await Parallel.ForEachAsync(
                Enumerable.Range(0, 2 * Ids),
                new ParallelOptions { MaxDegreeOfParallelism = 64 },
                (i, _) => Accept(i % 2, first + (i / 2)));
            JsonElement stats = await Client.Get("/api/verve/stats");
            if (stats.GetProperty("minute").GetString() == before)
            {
                Assert.Equal(Ids, stats.GetProperty("unique_ids").GetInt64());
                return;
            }

            // A minute ended meanwhile: its ids are in two counts. The next round is of the next minute alone.
            await Until("the next minute", async () => (await Client.Get("/api/verve/stats")).GetProperty("unique_ids").GetInt64() == 0);
        }
    }

    [ClusterFact]
    public async Task Events_sent_to_two_gateways_while_a_silo_dies_are_counted_once()
    {
        const int Batches = 60;
        const int Events = 100;
        long before = (await Client.Get("/materialized")).GetProperty("events_total").GetInt64();
        Task kill = Task.CompletedTask;
        for (int batch = 0; batch < Batches; batch++)
        {
            if (batch == Batches / 2)
                kill = Cluster.Silos[0].Kill();

            // Each batch is sent twice: the second time all of it is known.
            await Publish(batch, Events);
            JsonElement again = await Publish(batch, Events);
            Assert.Equal(Events, again.GetProperty("duplicates").GetInt32());
        }

        await kill;
        await Cluster.Silos[0].Start();
        await Until("all events to be counted", async () =>
            (await Client.Get("/materialized")).GetProperty("events_total").GetInt64() >= before + (Batches * Events));
        Assert.Equal(before + (Batches * Events), (await Client.Get("/materialized")).GetProperty("events_total").GetInt64());
    }

    [ClusterFact]
    public async Task Connections_made_by_two_gateways_are_symmetric()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Client.Ask(
            () => Post("/widgets", null, $$"""{"name":"w","serial_number":"w{{i}}","ports":["P"]}"""), HttpStatusCode.Created)));
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), async (i, _) =>
        {
            (int one, int other) = (i % 20, ((i * 7) + 3) % 20);
            string body = $$"""{"port_type":"P","widget_serial_num":"w{{one}}","peer_widget_serial_num":"w{{other}}"}""";
            await Client.Ask(
                () => new HttpRequestMessage(HttpMethod.Put, "/widgets/associations") { Content = Body(body) },
                one == other ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.OK);
        });

        var peers = new ConcurrentDictionary<string, string?>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 20), async (i, _) => peers[$"w{i}"] =
            (await Client.Get($"/widgets/w{i}")).GetProperty("connections").GetProperty("P").GetString());
        Assert.All(peers, widget => Assert.True(widget.Value is null || peers[widget.Value] == widget.Key));
        Assert.Contains(peers, widget => widget.Value is not null);
    }

    private async Task<string> Minute() => (await Client.Get("/api/verve/stats")).GetProperty("minute").GetString()!;

    private async ValueTask Accept(int gateway, long id)
    {
        string answer;
        do
        {
            using HttpResponseMessage response = await Cluster.Gateways[gateway].Http.GetAsync(
                $"/api/verve/accept?id={id.ToString(CultureInfo.InvariantCulture)}");
            answer = await response.Content.ReadAsStringAsync();
        }
        while (answer != "ok");
    }

    private Task<JsonElement> Publish(int batch, int count)
    {
        string body = string.Join(',', Enumerable.Range((batch * count) + 1, count).Select(id =>
            $$"""{"id":{{id}},"player_id":{{1 + (id % 7)}},"type":"game_start","game_id":100,"created_at":"2026-01-02T03:04:05Z"}"""));
        return Client.Ask(() => Post("/events", null, $"[{body}]"), HttpStatusCode.Accepted);
    }
}
