using System.Text.Json;

namespace Turnstile.Load.Widgets;

/// <summary>Everything that the service has, page by page, and what of it is not as it was answered.</summary>
internal sealed class ReadBack
{
    private readonly AcknowledgedPeers _expected;
    private readonly int?[][] _peers;

    private ReadBack(AcknowledgedPeers expected)
    {
        _expected = expected;
        _peers = [.. AcknowledgedPeers.PortNames.Select(_ => new int?[expected.Widgets])];
    }

    /// <summary>Widgets that were there.</summary>
    public int Widgets { get; private set; }

    /// <summary>Connections, each counted once.</summary>
    public int Connections => _peers.Sum(port => port.Count(peer => peer is not null)) / 2;

    /// <summary>Ends of connections whose other end does not say so.</summary>
    public int OneSided => _peers.Sum(port => port.Where((peer, widget) => peer is { } other && port[other] != widget).Count());

    public static async Task<ReadBack> Read(WidgetClient client, AcknowledgedPeers expected)
    {
        var found = new ReadBack(expected);
        var progress = new Progress("read back", expected.Widgets);
        string? after = null;
        do
        {
            using JsonDocument page = await client.Page(after);
            JsonElement items = page.RootElement.GetProperty("items");
            foreach (JsonElement widget in items.EnumerateArray())
            {
                found.Add(widget);
            }

            progress.Add(items.GetArrayLength());
            after = page.RootElement.GetProperty("next").GetString();
        }
        while (after is not null);
        progress.Finish();
        return found;
    }

    /// <summary>
    /// Ports that are not as they were answered, where of what had no answer any first part may have been done: a batch is done in its
    /// order.
    /// </summary>
    public int CountWrong(IReadOnlyList<IReadOnlyList<Association>> unanswered)
    {
        int[] wrong = new int[AcknowledgedPeers.Groups];
        for (int port = 0; port < _peers.Length; port++)
        {
            for (int widget = 0; widget < _expected.Widgets; widget++)
            {
                wrong[widget % AcknowledgedPeers.Groups] += IsWrong(port, widget);
            }
        }

        foreach (IReadOnlyList<Association> asked in unanswered)
        {
            int[] groups = [.. asked.Select(one => one.One % AcknowledgedPeers.Groups).Distinct()];
            int left = groups.Sum(group => wrong[group]);
            for (int i = 0; i < asked.Count && left > 0; i++)
            {
                left += Apply(asked[i]);
            }

            Array.ForEach(groups, group => wrong[group] = 0);
            wrong[groups[0]] = left;
        }

        return wrong.Sum();
    }

    /// <returns>How many more ports are wrong after it.</returns>
    private int Apply(Association asked)
    {
        int[] touched =
        [
            .. new[] { asked.One, asked.Other, _expected.Peer(asked.Port, asked.One), _expected.Peer(asked.Port, asked.Other) }
                .OfType<int>().Distinct(),
        ];
        int before = touched.Sum(widget => IsWrong(asked.Port, widget));
        _expected.Connect(asked);
        return touched.Sum(widget => IsWrong(asked.Port, widget)) - before;
    }

    private int IsWrong(int port, int widget) => _peers[port][widget] == _expected.Peer(port, widget) ? 0 : 1;

    private void Add(JsonElement widget)
    {
        int number = WidgetBodies.Number(widget.GetProperty("serial_number").GetString()!);
        JsonElement connections = widget.GetProperty("connections");
        for (int port = 0; port < _peers.Length; port++)
        {
            string? peer = connections.GetProperty(AcknowledgedPeers.PortNames.AsSpan(port, 1)).GetString();
            _peers[port][number] = peer is null ? null : WidgetBodies.Number(peer);
        }

        Widgets++;
    }
}
