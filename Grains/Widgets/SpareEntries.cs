namespace Turnstile.Grains.Widgets;

/// <summary>
/// Entries of widgets that were forgotten, for others. Where a hundred thousand come and go in a second, new ones would be most of
/// what the garbage collector has to look at. Used in the ledger's turns.
/// </summary>
internal sealed class SpareEntries
{
    // Some 30 MB.
    private const int Max = 1 << 18;

    // Of those that nobody has used for a second, so many go in each.
    private const int TrimmedPart = 16;

    private readonly Stack<WidgetEntry> _spare = new();
    private int _least;

    /// <summary>An entry of a serial number of which nothing else is known.</summary>
    public WidgetEntry Get(PackedWidget none)
    {
        if (!_spare.TryPop(out WidgetEntry? entry))
        {
            return new WidgetEntry(none);
        }

        _least = Math.Min(_least, _spare.Count);
        entry.Begin(none);
        return entry;
    }

    /// <summary>Takes one that nobody uses.</summary>
    public void Add(WidgetEntry entry)
    {
        if (_spare.Count < Max)
        {
            _spare.Push(entry);
        }
    }

    /// <summary>One second passes: lets go a part of those that were not needed in the last one.</summary>
    public void Trim()
    {
        for (int left = (_least + TrimmedPart - 1) / TrimmedPart; left > 0; left--)
        {
            _spare.Pop();
        }

        _least = _spare.Count;
        if (_spare.Capacity > 4096 && _spare.Count < _spare.Capacity / 4)
        {
            _spare.TrimExcess();
        }
    }
}
