using System.Globalization;
using System.Text.Json;

namespace Turnstile.Benchmarks.Widgets;

/// <summary>
/// Loads a running service through its public API: makes widgets, connects each at two ports (as many connections as widgets), changes
/// connections in uniform and skewed mixes, then reads everything back and checks that every connection has two ends.
/// </summary>
internal static class WidgetBenchmark
{
    private const int BatchLines = 10_000;
    private const int BatchClients = 4;
    private const int SingleClients = 64;

    // Nine of ten changes touch one widget of a hundred.
    private const double HotShare = 0.9;
    private const double HotPart = 0.01;

    /// <summary>
    /// <c>address [widgets] [seconds] [phases]</c>; by default 1,000,000 widgets, 10 seconds for each mix, and the phases
    /// <c>load,mix,check</c>.
    /// </summary>
    public static async Task<int> Run(string[] args)
    {
        using var client = new WidgetClient(new Uri(args.Length > 0 ? args[0] : "http://localhost:8080"));
        int widgets = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000;
        double seconds = args.Length > 2 ? double.Parse(args[2], CultureInfo.InvariantCulture) : 10;
        string phases = args.Length > 3 ? args[3] : "load,mix,check";
        if (phases.Contains("load", StringComparison.Ordinal))
        {
            await Load(client, widgets);
        }

        if (phases.Contains("mix", StringComparison.Ordinal))
        {
            foreach (bool skewed in new[] { true, false })
            {
                string shape = skewed ? "skewed" : "uniform";
                await Mix(client, widgets, seconds, skewed, BatchClients, BatchLines, $"{shape}, batches of {BatchLines:N0}");
                await Mix(client, widgets, seconds, skewed, SingleClients, 1, $"{shape}, single, {SingleClients} connections");
            }
        }

        return phases.Contains("check", StringComparison.Ordinal) ? await Check(client, widgets) : 0;
    }

    private static async Task Load(WidgetClient client, int widgets)
    {
        await InBatches("widgets made", widgets, (body, i) => body.AddWidget(i), HttpMethod.Post, "/widgets/batch", client);
        // Steps through all widgets by a number without common divisor scatter the pairs over the whole table.
        long step = 1_000_003;
        foreach (char port in "PR")
        {
            await InBatches(
                $"connected at {port}",
                widgets / 2,
                (body, i) => body.AddAssociation(port, (int)(2L * i * step % widgets), (int)(((2L * i) + 1) * step % widgets)),
                HttpMethod.Put,
                "/widgets/associations/batch",
                client);
            step = 7_368_787;
        }
    }

    private static async Task InBatches(
        string name, int count, Action<WidgetBodies, int> add, HttpMethod method, string path, WidgetClient client)
    {
        var bar = new ProgressBar(name, count);
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, BatchClients).Select(_ => Task.Run(async () =>
        {
            var body = new WidgetBodies();
            for (int start; (start = Interlocked.Add(ref next, BatchLines) - BatchLines) < count;)
            {
                int end = Math.Min(start + BatchLines, count);
                body.Clear();
                for (int i = start; i < end; i++)
                {
                    add(body, i);
                }

                // What was refused for want of room is asked again: both kinds of change may be repeated.
                while (await client.Batch(method, path, body.Written) < end - start)
                {
                }

                bar.Add(end - start);
            }
        })));
        bar.End();
    }

    private static async Task Mix(
        WidgetClient client, int widgets, double seconds, bool skewed, int clients, int lines, string name)
    {
        var bar = new ProgressBar(name, seconds);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            var body = new WidgetBodies();
            while (bar.Seconds < seconds)
            {
                body.Clear();
                for (int i = 0; i < lines; i++)
                {
                    int one = Pick(random, widgets, skewed);
                    int other = Pick(random, widgets, skewed);
                    body.AddAssociation(random.Next(2) == 0 ? 'P' : 'R', one, one == other ? (other + 1) % widgets : other);
                }

                int done = lines == 1
                    ? await client.Associate(body.Written)
                    : await client.Batch(HttpMethod.Put, "/widgets/associations/batch", body.Written);
                bar.Add(done, bar.Seconds);
            }
        })));
        bar.End();
    }

    private static int Pick(Random random, int widgets, bool skewed) =>
        skewed && random.NextDouble() < HotShare ? random.Next(Math.Max(2, (int)(widgets * HotPart))) : random.Next(widgets);

    private static async Task<int> Check(WidgetClient client, int widgets)
    {
        var bar = new ProgressBar("read back", widgets);
        int[][] peers = [new int[widgets], new int[widgets]];
        int seen = 0;
        string? after = null;
        do
        {
            using JsonDocument page = await client.Page(after);
            foreach (JsonElement widget in page.RootElement.GetProperty("items").EnumerateArray())
            {
                int number = WidgetBodies.Number(widget.GetProperty("serial_number").GetString()!);
                JsonElement connections = widget.GetProperty("connections");
                peers[0][number] = Peer(connections, "P");
                peers[1][number] = Peer(connections, "R");
                seen++;
            }

            bar.Add(page.RootElement.GetProperty("items").GetArrayLength());
            after = page.RootElement.GetProperty("next").GetString();
        }
        while (after is not null);
        bar.End();
        int broken = peers.Sum(port => port.Where((peer, i) => peer >= 0 && port[peer] != i).Count());
        int connected = peers.Sum(port => port.Count(peer => peer >= 0)) / 2;
        Console.WriteLine($"{seen:N0} of {widgets:N0} widgets, {connected:N0} connections, {broken:N0} of them with one end only");
        return seen == widgets && broken == 0 ? 0 : 1;
    }

    private static int Peer(JsonElement connections, string port) =>
        connections.GetProperty(port).GetString() is { } serial ? WidgetBodies.Number(serial) : -1;
}
