using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>What a change can touch, as far as it is not in memory.</summary>
internal static class ChangeNeeds
{
    private static readonly PortType[] AllPorts = [PortType.P, PortType.R, PortType.Q];

    /// <summary>The widgets that the change names.</summary>
    public static void Named(WidgetChange change, ActiveWidgets active, List<string> missing)
    {
        Need(change.Serial, active, missing);
        if (change is WidgetChange.Connect connect)
        {
            Need(connect.Peer, active, missing);
        }
    }

    /// <summary>The widgets that those hold at the ports in question.</summary>
    public static void Peers(WidgetChange change, ActiveWidgets active, List<string> missing)
    {
        switch (change)
        {
            case WidgetChange.Connect connect:
                NeedPeer(connect.Serial, connect.Port, active, missing);
                NeedPeer(connect.Peer, connect.Port, active, missing);
                break;
            case WidgetChange.Disconnect disconnect:
                NeedPeer(disconnect.Serial, disconnect.Port, active, missing);
                break;
            case WidgetChange.Delete:
                foreach (PortType port in AllPorts)
                {
                    NeedPeer(change.Serial, port, active, missing);
                }

                break;
        }
    }

    private static void NeedPeer(string serial, PortType port, ActiveWidgets active, List<string> missing)
    {
        if (active.TryGet(serial, out WidgetEntry? entry) && entry.View?.Peer(port) is { } peer)
        {
            Need(peer, active, missing);
        }
    }

    private static void Need(string serial, ActiveWidgets active, List<string> missing)
    {
        if (!active.TryGet(serial, out _))
        {
            missing.Add(serial);
        }
    }
}
