namespace Turnstile.Grains.Widgets;

/// <summary>The entries that a change can touch.</summary>
internal struct NeededEntries
{
    /// <summary>Of the widget that the change is asked of.</summary>
    public WidgetEntry? One;

    /// <summary>Of the other widget that the change names.</summary>
    public WidgetEntry? Other;

    /// <summary>Of who was connected to the change's port of <see cref="One"/> when this was looked up.</summary>
    public WidgetEntry? PeerOfOne;

    /// <summary>The same of <see cref="Other"/>.</summary>
    public WidgetEntry? PeerOfOther;
}
