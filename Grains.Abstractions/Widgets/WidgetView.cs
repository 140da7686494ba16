namespace Turnstile.Widgets;

/// <summary>A widget as it is stored: what it is, and who holds the other end of each of its ports.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.WidgetView")]
public sealed record WidgetView
{
    [Id(0)] public required string Serial { get; init; }

    [Id(1)] public required string Name { get; init; }

    [Id(2)] public required PortSet Ports { get; init; }

    /// <summary>The serial number of the widget connected to port P; null where none is.</summary>
    [Id(3)] public string? P { get; init; }

    /// <inheritdoc cref="P"/>
    [Id(4)] public string? R { get; init; }

    /// <inheritdoc cref="P"/>
    [Id(5)] public string? Q { get; init; }

    public bool Has(PortType port) => ((int)Ports >> (int)port & 1) != 0;

    /// <summary>Who is connected to the port; null where none is, or the widget has no such port.</summary>
    public string? Peer(PortType port) => port switch
    {
        PortType.P => P,
        PortType.R => R,
        _ => Q,
    };

    /// <summary>The same widget with another peer, or none, at a port.</summary>
    public WidgetView With(PortType port, string? peer) => port switch
    {
        PortType.P => this with { P = peer },
        PortType.R => this with { R = peer },
        _ => this with { Q = peer },
    };
}
