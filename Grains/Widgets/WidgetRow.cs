using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// A serial number's state after the change <paramref name="Version"/>; without a view it was deleted by that.
/// </summary>
internal readonly record struct WidgetRow(string Serial, WidgetView? View, long Version);
