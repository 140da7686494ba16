namespace Turnstile.Grains.Widgets;

/// <summary>
/// Forgets the widgets that nobody asks for: a clock goes round in the entries, looks at each once in a lap, and puts those that were not
/// used since the last one out of the table. Used in the ledger's turns.
/// </summary>
/// <param name="entries">All entries.</param>
/// <param name="places">Gets the places back of those that are forgotten.</param>
/// <param name="memory">Has their rows.</param>
/// <param name="created">Holds on to some of them.</param>
internal sealed class IdleWidgets(EntryTable entries, EntryMemory places, RowMemory memory, CreatedWidgets created)
{
    /// <summary>Seconds in which the clock goes round once: a part of the entries is looked at for idleness in each.</summary>
    public const int LapSeconds = 16;

    // The entries that may go once they are idle, with some that were changed since; the clock goes round in it.
    private readonly Queue<WidgetEntry> _clock = new();

    // Forgotten, and their places still to be given back: somebody may read their serial numbers yet, or has them in an order of these.
    private List<WidgetEntry> _readYet = [];
    private List<WidgetEntry> _orderedYet = [];

    // The order of created widgets that all of these may be in.
    private int _order;

    // Entries that this lap has still to look at, and how many in one second.
    private int _lapLeft;
    private int _lapShare;

    /// <summary>The second that it is, in the ledger's own count.</summary>
    public int Now { get; private set; }

    /// <summary>The hand-overs up to this one are over: what only they needed may go.</summary>
    public long Finished { get; set; }

    /// <summary>Another thread reads serial numbers: no entry becomes another's meanwhile.</summary>
    public bool SerialsAreRead { get; set; }

    /// <summary>From now on the entry is looked at.</summary>
    public void Watch(WidgetEntry entry)
    {
        if (!entry.IsWatched)
        {
            entry.IsWatched = true;
            _clock.Enqueue(entry);
        }
    }

    /// <summary>One second passes: forgets what was idle for so many.</summary>
    public void Sweep(int idleSeconds)
    {
        Now++;
        memory.Tick();
        FreeThoseLetGo();
        places.Trim();
        if (_lapLeft <= 0)
        {
            _lapLeft = _clock.Count;
            _lapShare = (_lapLeft / LapSeconds) + 1;
        }

        _lapLeft -= _lapShare;
        for (int left = Math.Min(_lapShare, _clock.Count); left > 0; left--)
        {
            Turn(Now - idleSeconds);
        }

        entries.TrimExcess();
        if (_clock.Capacity > 4096 && _clock.Count < _clock.Capacity / 4)
        {
            _clock.TrimExcess();
        }
    }

    /// <summary>Those go that are next in turn and were not just used.</summary>
    /// <param name="excess">How many there are too many.</param>
    /// <param name="far">They are so many that also those go which were used in this second.</param>
    public void Shrink(int excess, bool far)
    {
        // So many looks find the room on the average even where most entries may not go; what is left is found next
        // time.
        for (int left = Math.Min(excess * 8, _clock.Count); left > 0 && excess > 0; left--)
        {
            excess -= Turn(far ? Now : Now - 1) ? 1 : 0;
        }
    }

    /// <summary>
    /// Looks at the next entry: forgets it if it is stored, nobody needs it and it was not used since then. One that the tables do not have
    /// comes back when they do: millions may wait for that, and need not be looked at meanwhile.
    /// </summary>
    /// <returns>Whether it is forgotten.</returns>
    private bool Turn(int unusedSince)
    {
        WidgetEntry entry = _clock.Dequeue();
        entry.IsWatched = false;
        if (!entry.IsStored)
        {
            return false;
        }

        if (MayGo(entry) && entry.LastUse <= unusedSince)
        {
            entries.Remove(entry);
            Free(entry);
            return true;
        }

        if (!SerialsAreRead && !entry.IsWanted && (memory.IsOld(entry.Widget) || memory.IsOld(entry.None)))
        {
            entry.Move(memory);
        }

        Watch(entry);
        return false;
    }

    private void Free(WidgetEntry entry)
    {
        if (SerialsAreRead)
        {
            _readYet.Add(entry);
        }
        else if (created.Holds(entry))
        {
            _orderedYet.Add(entry);
        }
        else
        {
            places.Free(entry);
        }
    }

    private void FreeThoseLetGo()
    {
        if (!SerialsAreRead)
        {
            FreeAll(ref _readYet);
        }

        if (_order != created.Order)
        {
            _order = created.Order;
            FreeAll(ref _orderedYet);
        }
    }

    private void FreeAll(ref List<WidgetEntry> entries)
    {
        if (entries.Count > 0)
        {
            List<WidgetEntry> forgotten = entries;
            entries = [];
            forgotten.ForEach(Free);
        }
    }

    private bool MayGo(WidgetEntry entry) =>
        entry is { IsWanted: false, Pending: false, Readers: 0 } && entry.NeededBy <= Finished;
}
