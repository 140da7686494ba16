using System.Diagnostics;

namespace Turnstile.Load.Widgets;

/// <summary>Makes all widgets and connects each at two ports, always the same ones, in batches.</summary>
/// <param name="client">The service.</param>
/// <param name="peers">Gets what was answered.</param>
/// <param name="report">Gets how fast it went.</param>
internal sealed class WidgetFill(WidgetClient client, AcknowledgedPeers peers, Report report)
{
    private const int Clients = 4;

    // Steps through a group by a number without common divisor scatter the pairs over the whole table; one for each port.
    private static readonly long[] Steps = [1_000_003, 7_368_787];

    private int Pairs => peers.PerGroup / 2 * AcknowledgedPeers.Groups;

    public async Task Run()
    {
        var watch = Stopwatch.StartNew();
        await InBatches("widgets made", peers.Widgets, (body, i) => body.Add(i), client.CreateAll);
        for (int port = 0; port < Steps.Length; port++)
        {
            int at = port;
            await InBatches(
                $"connected at {AcknowledgedPeers.PortNames[port]}", Pairs, (body, i) => body.Add(Pair(at, i)), client.ConnectAll);
        }

        report.Add("all loaded in", watch.Elapsed.TotalSeconds, "s");
        Expect();
    }

    /// <summary>All of it was answered, in this run or in an earlier one.</summary>
    public void Expect()
    {
        for (int port = 0; port < Steps.Length; port++)
        {
            for (int i = 0; i < Pairs; i++)
            {
                peers.Connect(Pair(port, i));
            }
        }
    }

    private Association Pair(int port, int i)
    {
        (int pair, int group) = Math.DivRem(i, AcknowledgedPeers.Groups);
        return new Association(port, Widget(2L * pair), Widget((2L * pair) + 1));

        int Widget(long place) => ((int)(place * Steps[port] % peers.PerGroup) * AcknowledgedPeers.Groups) + group;
    }

    private async Task InBatches(
        string name, int count, Action<WidgetBodies, int> add, Func<ReadOnlyMemory<byte>, int, Task> send)
    {
        var progress = new Progress(name, count);
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            var body = new WidgetBodies();
            for (int start; (start = Interlocked.Add(ref next, WidgetClient.BatchMax) - WidgetClient.BatchMax) < count;)
            {
                int end = Math.Min(start + WidgetClient.BatchMax, count);
                body.Clear();
                for (int i = start; i < end; i++)
                {
                    add(body, i);
                }

                await send(body.Written, end - start);
                progress.Add(end - start);
            }
        })));
        progress.Finish();
        report.Add(name, progress.PerSecond, "/s");
    }
}
