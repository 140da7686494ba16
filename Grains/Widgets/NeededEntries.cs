namespace Turnstile.Grains.Widgets;

/// <summary>The entries of the widgets that a change names.</summary>
internal struct NeededEntries
{
    /// <summary>Of the widget that the change is asked of.</summary>
    public WidgetEntry One;

    /// <summary>Of the other one.</summary>
    public WidgetEntry? Other;
}
