namespace Turnstile.Grains.Widgets;

/// <summary>What the table has, or is to have, of a serial number: the state that the change <paramref name="Version"/> left.</summary>
internal readonly record struct TableRow(PackedWidget Widget, long Version);
