namespace Turnstile.Grains.Widgets;

/// <summary>Entries are the same where their serial numbers are; they are looked up by the bytes of one.</summary>
internal sealed class SerialComparer : IEqualityComparer<WidgetEntry>, IAlternateEqualityComparer<ReadOnlySpan<byte>, WidgetEntry>
{
    public static readonly SerialComparer Instance = new();

    public bool Equals(WidgetEntry x, WidgetEntry y) => x == y || Equals(x.Serial, y);

    public int GetHashCode(WidgetEntry entry) => GetHashCode(entry.Serial);

    public bool Equals(ReadOnlySpan<byte> serial, WidgetEntry entry) => serial.SequenceEqual(entry.Serial);

    /// <summary>Of a seed that no caller knows: nobody can choose serial numbers that all fall together.</summary>
    public int GetHashCode(ReadOnlySpan<byte> serial)
    {
        var hash = default(HashCode);
        hash.AddBytes(serial);
        return hash.ToHashCode();
    }

    /// <exception cref="NotSupportedException">Entries are not made by looking for them.</exception>
    public WidgetEntry Create(ReadOnlySpan<byte> serial) => throw new NotSupportedException();
}
