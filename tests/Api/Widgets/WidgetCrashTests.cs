using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Widgets;

public sealed class WidgetCrashTests
{
    private const int Pairs = 64;

    [Fact]
    public Task After_a_kill_every_answered_connection_is_there_on_both_sides_in_a_file() => Survive();

    [PostgresFact]
    public async Task After_a_kill_every_answered_connection_is_there_on_both_sides_on_a_server()
    {
        await using PostgresDatabase database = await PostgresServer.CreateDatabase();
        await Survive($"--ConnectionStrings:Turnstile={database.ConnectionString}");
    }

    [Fact]
    public async Task A_damaged_log_stops_the_start_and_says_where()
    {
        // Nothing reaches the tables, so that the log has more than its last append.
        await using var service = new ServiceProcess("--Widgets:StorePeriodMilliseconds=60000");
        await service.Start();
        await service.Http.Create("1", "P").Body(HttpStatusCode.Created);
        await service.Http.Create("2", "P").Body(HttpStatusCode.Created);
        await service.Kill();
        string file = Assert.Single(Directory.GetFiles(Path.Combine(service.Folder, "turnstile.db-widgets")));
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[40] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        InvalidOperationException refusal = await Assert.ThrowsAsync<InvalidOperationException>(service.Start);
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("damaged at byte 0", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Each client moves one widget from peer to peer, so that its last answer is what must be there; the request that the
    /// kill interrupted may have been done or not.
    /// </summary>
    private static async Task Survive(params string[] settings)
    {
        await using var service = new ServiceProcess([.. settings, "--Widgets:StorePeriodMilliseconds=20"]);
        await service.Start();
        var last = new ConcurrentDictionary<int, (string Answered, string Asked)>();
        for (int kill = 0; kill < 2; kill++)
        {
            var busy = new CountdownEvent(Pairs * 20);
            Task[] clients = [.. Enumerable.Range(0, Pairs).Select(client => Move(service.Http, client, last, busy))];
            await Task.Run(busy.Wait).WaitAsync(TimeSpan.FromMinutes(2));
            await service.Kill();
            await Task.WhenAll(clients);
            await service.Start();
            foreach ((int client, (string answered, string asked)) in last)
            {
                string? peer = await service.Http.Peer($"mover {client}", "R");
                Assert.True(peer == answered || peer == asked, $"mover {client} is at {peer}; answered {answered}, asked {asked}.");
                Assert.Equal($"mover {client}", await service.Http.Peer(peer!, "R"));
            }
        }
    }

    private static async Task Move(
        HttpClient http, int client, ConcurrentDictionary<int, (string Answered, string Asked)> last, CountdownEvent busy)
    {
        string[] peers = [$"peer {client} a", $"peer {client} b"];
        foreach (string serial in (string[])[$"mover {client}", .. peers])
        {
            using HttpResponseMessage made = await http.Create(serial, "P", "R");
            Assert.True(made.IsSuccessStatusCode);
        }

        try
        {
            for (int i = 0; ; i++)
            {
                string asked = peers[i % 2];
                last.AddOrUpdate(client, (asked, asked), (_, known) => known with { Asked = asked });
                using HttpResponseMessage answer = await http.Connect("R", $"mover {client}", asked);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                last[client] = (asked, asked);
                if (!busy.IsSet)
                {
                    busy.Signal();
                }
            }
        }
        catch (HttpRequestException)
        {
            // Killed.
        }
    }
}
