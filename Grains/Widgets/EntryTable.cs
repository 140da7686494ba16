namespace Turnstile.Grains.Widgets;

/// <summary>
/// Entries by serial number, in parts: each can be filled by a thread of its own, stays near the processor meanwhile, and grows for itself,
/// where growing one set of millions would hold up everybody for some tenths of a second. Used in the ledger's turns, once it is filled.
/// </summary>
internal sealed class EntryTable
{
    /// <summary>At 10 million entries a part with all that leads to them takes some 4 MB.</summary>
    public const int Parts = 1 << PartBits;

    private const int PartBits = 6;

    private readonly HashSet<WidgetEntry>[] _parts = new HashSet<WidgetEntry>[Parts];
    private readonly HashSet<WidgetEntry>.AlternateLookup<ReadOnlySpan<byte>>[] _bySerial =
        new HashSet<WidgetEntry>.AlternateLookup<ReadOnlySpan<byte>>[Parts];

    public EntryTable()
    {
        for (int part = 0; part < Parts; part++)
        {
            _parts[part] = new HashSet<WidgetEntry>(SerialComparer.Instance);
            _bySerial[part] = _parts[part].GetAlternateLookup<ReadOnlySpan<byte>>();
        }
    }

    public int Count => _parts.Sum(part => part.Count);

    public IEnumerable<WidgetEntry> All => _parts.SelectMany(part => part);

    /// <summary>The part that a serial number belongs to.</summary>
    public static int PartOf(ReadOnlySpan<byte> serial) => (int)((uint)SerialComparer.Instance.GetHashCode(serial) >> (32 - PartBits));

    public bool TryGet(ReadOnlySpan<byte> serial, out WidgetEntry entry) =>
        TryGet(PartOf(serial), serial, out entry);

    /// <inheritdoc cref="TryGet(ReadOnlySpan{byte}, out WidgetEntry)"/>
    public bool TryGet(int part, ReadOnlySpan<byte> serial, out WidgetEntry entry) =>
        _bySerial[part].TryGetValue(serial, out entry);

    public void Add(WidgetEntry entry) => Add(PartOf(entry.Serial), entry);

    public void Add(int part, WidgetEntry entry) => _parts[part].Add(entry);

    public void Remove(WidgetEntry entry) => _parts[PartOf(entry.Serial)].Remove(entry);

    /// <summary>Gives back what parts of which most entries have gone hold for more.</summary>
    public void TrimExcess()
    {
        foreach (HashSet<WidgetEntry> part in _parts)
        {
            if (part.Capacity > 4096 / Parts && part.Count < part.Capacity / 4)
            {
                part.TrimExcess();
            }
        }
    }
}
