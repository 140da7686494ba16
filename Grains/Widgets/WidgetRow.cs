namespace Turnstile.Grains.Widgets;

/// <summary>A serial number's state after the change <paramref name="Version"/>: in the log, and in the tables.</summary>
internal readonly record struct WidgetRow(PackedWidget Widget, long Version);
