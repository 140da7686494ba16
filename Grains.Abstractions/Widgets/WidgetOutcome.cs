namespace Turnstile.Widgets;

/// <summary>What became of a <see cref="WidgetChange"/>. What changed something is on disk, on both sides.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.WidgetOutcome")]
public abstract record WidgetOutcome
{
    /// <summary>The widget is new.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetOutcome.Created")]
    public sealed record Created : WidgetOutcome
    {
        /// <summary>Null in the answer to many changes.</summary>
        [Id(0)] public WidgetView? Widget { get; init; }
    }

    /// <summary>The same widget was there already, as it is now. Nothing changed.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetOutcome.Repeated")]
    public sealed record Repeated : WidgetOutcome
    {
        /// <summary>Null in the answer to many changes.</summary>
        [Id(0)] public WidgetView? Widget { get; init; }
    }

    /// <summary>Another widget has the serial number. Nothing changed.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetOutcome.SerialTaken")]
    public sealed record SerialTaken : WidgetOutcome;

    /// <summary>The widget is gone, and its peers are free.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetOutcome.Deleted")]
    public sealed record Deleted : WidgetOutcome;

    /// <summary>The two are connected; as they are after the change.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetOutcome.Connected")]
    public sealed record Connected : WidgetOutcome
    {
        /// <summary>Null in the answer to many changes.</summary>
        [Id(0)] public WidgetView? Widget { get; init; }

        /// <inheritdoc cref="Widget"/>
        [Id(1)] public WidgetView? Peer { get; init; }
    }

    /// <summary>The port is free on both sides.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetOutcome.Disconnected")]
    public sealed record Disconnected : WidgetOutcome;

    /// <summary>There is no such widget. Nothing changed.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetOutcome.NoWidget")]
    public sealed record NoWidget : WidgetOutcome
    {
        [Id(0)] public required string Serial { get; init; }
    }

    /// <summary>The widget has no port of this type. Nothing changed.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetOutcome.NoPort")]
    public sealed record NoPort : WidgetOutcome
    {
        [Id(0)] public required string Serial { get; init; }

        [Id(1)] public required PortType Port { get; init; }
    }

    /// <summary>A widget cannot be connected with itself. Nothing changed.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetOutcome.WithItself")]
    public sealed record WithItself : WidgetOutcome;

    /// <summary>The port was free already. Nothing changed.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetOutcome.NotConnected")]
    public sealed record NotConnected : WidgetOutcome;

    /// <summary>Nothing was done now; the same change may work later. Only in answers to many changes.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.WidgetOutcome.Unavailable")]
    public sealed record Unavailable : WidgetOutcome;
}
