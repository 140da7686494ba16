namespace Turnstile.Widgets;

/// <summary>What can be asked of widgets. Each change is done as a whole or not at all.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.WidgetChange")]
public abstract record WidgetChange
{
    /// <summary>The widget that the change is asked of.</summary>
    [Id(0)] public required string Serial { get; init; }

    /// <summary>A new widget with nothing connected.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetChange.Create")]
    public sealed record Create : WidgetChange
    {
        [Id(0)] public required string Name { get; init; }

        [Id(1)] public required PortSet Ports { get; init; }
    }

    /// <summary>The widget goes; its peers' ports are free.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetChange.Delete")]
    public sealed record Delete : WidgetChange;

    /// <summary>The port of both widgets is connected to the other; whoever held either of the two is free.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetChange.Connect")]
    public sealed record Connect : WidgetChange
    {
        [Id(0)] public required PortType Port { get; init; }

        [Id(1)] public required string Peer { get; init; }
    }

    /// <summary>The port is free, on both sides.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetChange.Disconnect")]
    public sealed record Disconnect : WidgetChange
    {
        [Id(0)] public required PortType Port { get; init; }
    }
}
