namespace Turnstile.Grains.Widgets;

/// <summary>
/// The widgets that may be missing in the table though they exist; after a start that replayed much of the log, all of those. Lists
/// look for some of them by serial number. Used in the ledger's turns.
/// </summary>
/// <param name="entries">All entries that there are.</param>
internal sealed class CreatedWidgets(IEnumerable<WidgetEntry> entries)
{
    // So many may be out of order before all are ordered anew; of many, a part.
    private const int RecentMin = 4096;
    private const int RecentPart = 8;

    // In order, with some that are not created any more, and those that have come since; null while nobody looks.
    private List<WidgetEntry>? _ordered;
    private readonly List<WidgetEntry> _recent = [];

    public int Count { get; private set; }

    /// <summary>The number of the order that there is, or of the next one.</summary>
    public int Order { get; private set; } = 1;

    public void Add(WidgetEntry entry)
    {
        if (entry.IsCreated)
        {
            return;
        }

        entry.IsCreated = true;
        Count++;
        if (_ordered is null)
        {
            return;
        }

        entry.CreatedOrder = Order;
        _recent.Add(entry);
        if (_recent.Count > Math.Max(RecentMin, _ordered.Count / RecentPart))
        {
            Disorder();
        }
    }

    public void Remove(WidgetEntry entry)
    {
        if (!entry.IsCreated)
        {
            return;
        }

        entry.IsCreated = false;
        Count--;
        if (_ordered?.Count > (2 * Count) + RecentMin)
        {
            Disorder();
        }
    }

    /// <summary>Whether the entry has a place here that it may only have while it is of this serial number.</summary>
    public bool Holds(WidgetEntry entry) => entry.CreatedOrder == Order;

    /// <summary>So many entries are created already.</summary>
    public void Begin(int count) => Count = count;

    /// <summary>Those behind one serial number and before another, in any order.</summary>
    /// <param name="after">A serial number, or empty.</param>
    /// <param name="end">A serial number, or empty where there is no end.</param>
    public List<WidgetEntry> Between(ReadOnlySpan<byte> after, ReadOnlySpan<byte> end)
    {
        if (_ordered is null)
        {
            _ordered = new List<WidgetEntry>(Count);
            _ordered.AddRange(entries.Where(entry => entry.IsCreated));
            SerialOrder.Sort(_ordered);
            _ordered.ForEach(entry => entry.CreatedOrder = Order);
        }

        var found = new List<WidgetEntry>();
        for (int i = FirstBehind(_ordered, after); i < _ordered.Count && IsBefore(_ordered[i], end); i++)
        {
            if (_ordered[i].IsCreated)
            {
                found.Add(_ordered[i]);
            }
        }

        // One that went and came again is in both, or here twice.
        HashSet<WidgetEntry>? known = _recent.Count > 0 ? [.. found] : null;
        foreach (WidgetEntry entry in _recent)
        {
            if (entry.Serial.SequenceCompareTo(after) > 0 && IsBefore(entry, end) && entry.IsCreated && known!.Add(entry))
            {
                found.Add(entry);
            }
        }

        return found;
    }

    private static bool IsBefore(WidgetEntry entry, ReadOnlySpan<byte> end) =>
        end.IsEmpty || entry.Serial.SequenceCompareTo(end) < 0;

    private static int FirstBehind(List<WidgetEntry> ordered, ReadOnlySpan<byte> after)
    {
        int low = 0;
        for (int high = ordered.Count; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = ordered[middle].Serial.SequenceCompareTo(after) > 0 ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private void Disorder()
    {
        _ordered = null;
        Order++;
        _recent.Clear();
        _recent.TrimExcess();
    }
}
