using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// The serial numbers that the ledger has in memory: all whose last change is not in the tables yet, and those lately
/// asked for. Everything else is in the tables alone and costs nothing here.
/// </summary>
/// <remarks>Used in the ledger's turns alone. A batch of changes is decided, then either kept or undone as a whole.</remarks>
internal sealed class ActiveWidgets
{
    private readonly int _activeMax;
    private readonly EntryTable _entries = new();
    private readonly EntryMemory _places = new();
    private readonly RowMemory _memory = new();
    private readonly IdleWidgets _idle;

    // What the batch under way has put, and what was there before; in order, repeats included.
    private readonly List<Touch> _touched = [];
    private List<WidgetEntry> _changed = [];
    private long _deciding;
    private int _round = 1;

    /// <param name="activeMax">Widgets that may stay though the tables have them.</param>
    public ActiveWidgets(int activeMax)
    {
        _activeMax = activeMax;
        Created = new CreatedWidgets(_entries.All);
        _idle = new IdleWidgets(_entries, _places, _memory, Created);
    }

    /// <summary>Widgets in memory.</summary>
    public int Count => _entries.Count;

    /// <summary>Widgets whose last change the tables do not have.</summary>
    public int Unstored { get; private set; }

    /// <summary>Widgets that may be missing in the table though they exist.</summary>
    public CreatedWidgets Created { get; }

    /// <inheritdoc cref="IdleWidgets.Finished"/>
    public long Finished
    {
        set => _idle.Finished = value;
    }

    /// <inheritdoc cref="IdleWidgets.SerialsAreRead"/>
    public bool SerialsAreRead
    {
        set => _idle.SerialsAreRead = value;
    }

    /// <summary>What is known of the serial number, where that is known.</summary>
    public bool TryGet(ReadOnlySpan<byte> serial, out WidgetEntry entry)
    {
        if (!_entries.TryGet(serial, out entry) || !entry.IsLoaded)
        {
            return false;
        }

        entry.LastUse = _idle.Now;
        return true;
    }

    /// <summary>The row of a table as it is after all changes that the tables may lack.</summary>
    public PackedWidget Latest(PackedWidget row) => !_entries.TryGet(row.Serial, out WidgetEntry entry) ? row
        : entry.IsLoaded ? entry.Widget
        : entry.Widget.IsPart ? row.Without(entry.Widget.Freed)
        : row;

    /// <summary>The entry of the serial number; a new one is not loaded.</summary>
    public WidgetEntry GetOrAdd(ReadOnlySpan<byte> serial)
    {
        if (!_entries.TryGet(serial, out WidgetEntry entry))
        {
            entry = _places.Get(_memory.Keep(PackedWidget.None(serial)));
            _entries.Add(entry);
            _idle.Watch(entry);
        }

        entry.LastUse = _idle.Now;
        return entry;
    }

    /// <summary>
    /// Takes in what the tables have of entries: rows of some, nothing of the others. Not of those that a batch under way has put a part
    /// of: it may be undone, and the row with it.
    /// </summary>
    /// <param name="entries">All that were looked for.</param>
    /// <param name="rows">In any order; in that of the entries no entry need be looked up.</param>
    /// <returns>Those that are to be taken in after the batch.</returns>
    public List<WidgetEntry> Fill(List<WidgetEntry> entries, List<WidgetRow> rows)
    {
        int next = 0;
        foreach ((PackedWidget widget, long version) in rows)
        {
            // Most have a row, and most databases answer in the order of the question.
            while (next < entries.Count && !entries[next].Serial.SequenceEqual(widget.Serial))
            {
                next++;
            }

            if (next < entries.Count)
            {
                Fill(entries[next++], widget, version);
            }
            else if (_entries.TryGet(widget.Serial, out WidgetEntry entry))
            {
                Fill(entry, widget, version);
            }
        }

        List<WidgetEntry> left = [];
        foreach (WidgetEntry entry in entries)
        {
            entry.IsLoaded |= !entry.Pending;
            entry.IsWanted = !entry.IsLoaded;
            if (!entry.IsLoaded)
            {
                left.Add(entry);
            }
        }

        return left;
    }

    private void Fill(WidgetEntry entry, PackedWidget widget, long version)
    {
        if (entry.IsLoaded || entry.Pending)
        {
            return;
        }

        if (entry.Widget.IsPart)
        {
            // The row may be from before the part was stored, or from after it: that makes no difference.
            entry.Widget = _memory.Keep(widget.Without(entry.Widget.Freed));
        }
        else
        {
            entry.Widget = _memory.Keep(widget);
            entry.Version = entry.StoredVersion = version;
        }

        entry.InTable = entry.IsLoaded = true;
    }

    /// <summary>What the tables have of these cannot be read: whoever needs them has to ask anew.</summary>
    public static void GiveUp(IReadOnlyList<WidgetEntry> entries)
    {
        foreach (WidgetEntry entry in entries)
        {
            entry.IsWanted = false;
        }
    }

    /// <summary>
    /// What takes in the log: all of it was promised, and the tables may not have it. Before anything else, and until <see
    /// cref="EndReplay"/>.
    /// </summary>
    public WidgetReplay BeginReplay() => new(_entries, _round);

    /// <summary>All of the log is taken in.</summary>
    public void EndReplay(WidgetReplay replay)
    {
        replay.GiveUp(_places);
        _changed = new List<WidgetEntry>(_entries.Count);
        foreach (List<WidgetEntry> found in replay.Found)
        {
            _changed.AddRange(found);
        }

        Unstored = _changed.Count;
        Created.Begin(replay.Existing);
    }

    /// <summary>What follows is decided under this number.</summary>
    public void Begin(long version) => _deciding = version;

    /// <summary>
    /// Decides that a widget which is somebody's peer, and so exists, has a free port now. Its row need not be known for that.
    /// </summary>
    public void Free(ReadOnlySpan<byte> serial, PortType port)
    {
        WidgetEntry entry = GetOrAdd(serial);
        Put(entry, entry.Widget.Without((PortSet)(1 << (int)port)));
    }

    /// <summary>Decides that this is the widget now, or that there is none.</summary>
    public void Put(WidgetEntry entry, PackedWidget widget)
    {
        _touched.Add(new Touch(entry, entry.Widget, entry.Version));
        entry.Widget = _memory.Keep(widget);
        entry.Version = _deciding;
        entry.Pending = true;
    }

    /// <summary>
    /// How many rows the changes since the last <see cref="Keep"/> or <see cref="Undo"/> touched, repeats included.
    /// </summary>
    public int Touched => _touched.Count;

    /// <summary>
    /// The row that the <paramref name="index"/>-th touch of this batch left behind; of the last touch of its change.
    /// </summary>
    public PackedWidget TouchedRow(int index) => _touched[index].Entry.Widget;

    /// <summary>The batch is on disk: readers may see it, and the tables are to get it.</summary>
    public void Keep()
    {
        foreach ((WidgetEntry entry, _, long version) in _touched)
        {
            if (entry.Pending)
            {
                entry.Pending = false;
                Changed(entry, wasStored: version == entry.StoredVersion);
            }
        }

        _touched.Clear();
    }

    /// <summary>The batch is not on disk: everything is as before it.</summary>
    public void Undo()
    {
        for (int i = _touched.Count - 1; i >= 0; i--)
        {
            (WidgetEntry entry, PackedWidget widget, long version) = _touched[i];
            entry.Widget = widget;
            entry.Version = version;
            entry.Pending = false;
        }

        _touched.Clear();
    }

    /// <summary>The entries that have changed since the last call; later changes go into the next list.</summary>
    public List<WidgetEntry> TakeChanged()
    {
        List<WidgetEntry> changed = _changed;
        _changed = [];
        _round++;
        return changed;
    }

    /// <summary>What is to be written of the entry from now on.</summary>
    public static WidgetRow BeginStoring(WidgetEntry entry)
    {
        // The row may go at any moment, also if the widget is made again meanwhile.
        entry.InTable &= entry.Widget.Exists;
        return new WidgetRow(entry.Widget, entry.Version);
    }

    /// <summary>The table has the row of the entry.</summary>
    public void Stored(WidgetEntry entry, WidgetRow row)
    {
        entry.StoredVersion = row.Version;
        if (row.Widget.Exists)
        {
            entry.InTable = true;
            Created.Remove(entry);
        }

        if (entry.IsStored)
        {
            Unstored--;
            _idle.Watch(entry);
        }
    }

    /// <summary>One second passes: forgets what was idle for so many. Not while a batch is decided.</summary>
    public void Sweep(int idleSeconds) => _idle.Sweep(idleSeconds);

    /// <summary>
    /// Makes room where there are more than may be: those go that are next in turn and were not just used.
    /// </summary>
    public void Shrink()
    {
        int excess = Count - Unstored - _activeMax;
        if (excess > 0)
        {
            _idle.Shrink(excess, far: excess > _activeMax / 4);
        }
    }

    private void Changed(WidgetEntry entry, bool wasStored)
    {
        if (wasStored)
        {
            Unstored++;
        }

        if (entry.Round != _round)
        {
            entry.Round = _round;
            _changed.Add(entry);
        }

        // Of what a part is known, the table has the row.
        if (entry.Widget.IsPart)
        {
            return;
        }

        if (!entry.Widget.Exists)
        {
            Created.Remove(entry);
        }
        else if (!entry.InTable)
        {
            Created.Add(entry);
        }
    }

    /// <summary>An entry that a batch has put, and what it was before.</summary>
    private readonly record struct Touch(WidgetEntry Entry, PackedWidget Widget, long Version);
}
