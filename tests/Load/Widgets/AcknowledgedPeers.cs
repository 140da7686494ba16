namespace Turnstile.Load.Widgets;

/// <summary>
/// Who must be connected to whom, by the answers alone. Widgets are numbered, and those with the same remainder belong together:
/// only they are ever connected, so that clients with remainders of their own can keep this without locks.
/// </summary>
internal sealed class AcknowledgedPeers
{
    /// <summary>How many groups of widgets there are that know nothing of each other.</summary>
    public const int Groups = 64;

    private const int None = -1;

    private readonly int[][] _peers;

    public AcknowledgedPeers(int widgets)
    {
        Widgets = widgets;
        _peers = [.. PortNames.Select(_ => new int[widgets])];
        foreach (int[] port in _peers)
        {
            Array.Fill(port, None);
        }
    }

    /// <summary>The ports that the widgets have; a port is its place in here.</summary>
    public static string PortNames => "PR";

    public int Widgets { get; }

    /// <summary>Widgets of each group.</summary>
    public int PerGroup => Widgets / Groups;

    /// <summary>The widget connected to the port; null where none is.</summary>
    public int? Peer(int port, int widget) => _peers[port][widget] is var peer && peer == None ? null : peer;

    /// <summary>The two are connected, and whoever held either is free.</summary>
    public void Connect(Association association)
    {
        int[] peers = _peers[association.Port];
        Free(peers, association.One);
        Free(peers, association.Other);
        peers[association.One] = association.Other;
        peers[association.Other] = association.One;
    }

    private static void Free(int[] peers, int widget)
    {
        if (peers[widget] != None)
        {
            peers[peers[widget]] = None;
        }

        peers[widget] = None;
    }
}

/// <summary>A connection that is asked for.</summary>
internal readonly record struct Association(int Port, int One, int Other);
