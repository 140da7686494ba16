using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>Has in memory all that changes can touch before they are decided. Used in the ledger's turns.</summary>
internal sealed class ChangeNeeds(ActiveWidgets active, WidgetLoader loader)
{
    private static readonly PortType[] AllPorts = [PortType.P, PortType.R, PortType.Q];

    private readonly List<string> _missing = [];

    /// <summary>
    /// Brings in the widgets that the changes name and, of those, the peers at the ports they name. A peer that one comes by within the
    /// batch is named by it. Changes that need what cannot be read fail and leave the batch.
    /// </summary>
    public async Task BringIn(List<PendingChanges> batch)
    {
        try
        {
            batch.ForEach(FindNamed);
            await LoadMissing();
            batch.ForEach(FindPeers);
            await LoadMissing();
        }
        catch (Exception e)
        {
            // Those who need nothing from the tables go on without them.
            batch.RemoveAll(pending =>
            {
                bool needsMore = NeedsMore(pending);
                if (needsMore)
                {
                    pending.Fail(e);
                }

                return needsMore;
            });
        }
    }

    private async Task LoadMissing()
    {
        if (_missing.Count > 0)
        {
            Task load = loader.Load(_missing);
            _missing.Clear();
            await load;
        }
    }

    private bool NeedsMore(PendingChanges pending)
    {
        FindNamed(pending);
        FindPeers(pending);
        bool needsMore = _missing.Count > 0;
        _missing.Clear();
        return needsMore;
    }

    private void FindNamed(PendingChanges pending)
    {
        foreach (WidgetChange change in pending.Changes)
        {
            Need(change.Serial);
            if (change is WidgetChange.Connect connect)
            {
                Need(connect.Peer);
            }
        }
    }

    private void FindPeers(PendingChanges pending)
    {
        foreach (WidgetChange change in pending.Changes)
        {
            switch (change)
            {
                case WidgetChange.Connect connect:
                    NeedPeer(connect.Serial, connect.Port);
                    NeedPeer(connect.Peer, connect.Port);
                    break;
                case WidgetChange.Disconnect disconnect:
                    NeedPeer(disconnect.Serial, disconnect.Port);
                    break;
                case WidgetChange.Delete:
                    Array.ForEach(AllPorts, port => NeedPeer(change.Serial, port));
                    break;
            }
        }
    }

    private void NeedPeer(string serial, PortType port)
    {
        if (active.TryGet(serial, out WidgetEntry? entry) && entry.View?.Peer(port) is { } peer)
        {
            Need(peer);
        }
    }

    private void Need(string serial)
    {
        if (!active.TryGet(serial, out _))
        {
            _missing.Add(serial);
        }
    }
}
