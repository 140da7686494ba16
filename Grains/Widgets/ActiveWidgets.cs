using System.Diagnostics.CodeAnalysis;
using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// The serial numbers that the ledger has in memory: all whose last change is not in the tables yet, and those lately
/// asked for. Everything else is in the tables alone and costs nothing here.
/// </summary>
/// <remarks>Used in the ledger's turns alone. A batch of changes is decided, then either kept or undone as a whole.</remarks>
internal sealed class ActiveWidgets(int activeMax) : IWidgetSet
{
    // Seconds in which the clock goes round once: a part of the entries is looked at for idleness in each.
    private const int LapSeconds = 16;

    private readonly Dictionary<string, WidgetEntry> _entries = [];

    // All entries; the clock goes round in it.
    private readonly Queue<WidgetEntry> _clock = new();

    // What the batch under way has put, and what was there before; in order, repeats included.
    private readonly List<Touch> _touched = [];
    private readonly HashSet<WidgetEntry> _created = [];
    private List<WidgetEntry> _changed = [];
    private long _deciding;
    private int _round = 1;
    private int _now;

    // Entries that this lap has still to look at, and how many in one second.
    private int _lapLeft;
    private int _lapShare;

    /// <summary>Widgets in memory.</summary>
    public int Count => _entries.Count;

    /// <summary>Widgets whose last change the tables do not have.</summary>
    public int Unstored { get; private set; }

    /// <summary>Widgets that may be missing in the table though they exist.</summary>
    public IReadOnlyCollection<WidgetEntry> Created => _created;

    public bool TryGet(string serial, [MaybeNullWhen(false)] out WidgetEntry entry)
    {
        if (!_entries.TryGetValue(serial, out entry))
        {
            return false;
        }

        entry.LastUse = _now;
        return true;
    }

    /// <summary>Brings in what the tables have of a serial number, unless it is here already.</summary>
    public void Add(string serial, WidgetRow? row)
    {
        if (_entries.ContainsKey(serial))
        {
            return;
        }

        long version = row?.Version ?? 0;
        Insert(new WidgetEntry(serial)
        {
            View = row?.View, Version = version, StoredVersion = version, InTable = row is not null,
        });
    }

    /// <summary>Takes a change out of the log: it was promised, and the tables may not have it.</summary>
    public void Replay(WidgetRow row)
    {
        if (!_entries.TryGetValue(row.Serial, out WidgetEntry? entry))
        {
            Insert(entry = new WidgetEntry(row.Serial));
        }

        bool wasStored = entry.IsStored;
        entry.View = row.View;
        entry.Version = row.Version;
        Changed(entry, wasStored);
    }

    /// <summary>What follows is decided under this number.</summary>
    public void Begin(long version) => _deciding = version;

    /// <inheritdoc/>
    public WidgetView? Find(string serial) => _entries[serial].View;

    /// <inheritdoc/>
    public void Put(string serial, WidgetView? view)
    {
        WidgetEntry entry = _entries[serial];
        _touched.Add(new Touch(entry, entry.View, entry.Version));
        entry.View = view;
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
    public WidgetRow TouchedRow(int index)
    {
        WidgetEntry entry = _touched[index].Entry;
        return new WidgetRow(entry.Serial, entry.View, entry.Version);
    }

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
            (WidgetEntry entry, WidgetView? view, long version) = _touched[i];
            entry.View = view;
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
        entry.InTable &= entry.View is not null;
        return new WidgetRow(entry.Serial, entry.View, entry.Version);
    }

    /// <summary>The table has the row.</summary>
    public void Stored(WidgetRow row)
    {
        WidgetEntry entry = _entries[row.Serial];
        entry.StoredVersion = row.Version;
        if (row.View is not null)
        {
            entry.InTable = true;
            _created.Remove(entry);
        }

        if (entry.IsStored)
        {
            Unstored--;
        }
    }

    /// <summary>
    /// One second passes: forgets what was idle for so many, and what is too much. Not while a batch is decided.
    /// </summary>
    public void Sweep(int idleSeconds)
    {
        _now++;
        if (_lapLeft <= 0)
        {
            _lapLeft = _clock.Count;
            _lapShare = (_lapLeft / LapSeconds) + 1;
        }

        _lapLeft -= _lapShare;
        for (int left = Math.Min(_lapShare, _clock.Count); left > 0; left--)
        {
            Turn(_now - idleSeconds);
        }

        if (_entries.Capacity > 4096 && _entries.Count < _entries.Capacity / 4)
        {
            _entries.TrimExcess();
            _clock.TrimExcess();
        }
    }

    /// <summary>
    /// Makes room where there are more than may be: those go that are next in turn and were not just used.
    /// </summary>
    public void Shrink()
    {
        // So many looks find the room on the average even where most entries may not go; what is left is found next
        // time.
        int excess = _entries.Count - Unstored - activeMax;
        bool far = excess > activeMax / 4;
        for (int left = excess * 8; left > 0 && _entries.Count - Unstored > activeMax; left--)
        {
            Turn(far ? _now : _now - 1);
        }
    }

    /// <summary>Looks at the next entry: forgets it if it is stored and was not used since then.</summary>
    private void Turn(int unusedSince)
    {
        WidgetEntry entry = _clock.Dequeue();
        if (entry.IsStored && !entry.Pending && entry.LastUse <= unusedSince)
        {
            _entries.Remove(entry.Serial);
        }
        else
        {
            _clock.Enqueue(entry);
        }
    }

    private void Insert(WidgetEntry entry)
    {
        entry.LastUse = _now;
        _entries.Add(entry.Serial, entry);
        _clock.Enqueue(entry);
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

        if (entry.View is null)
        {
            _created.Remove(entry);
        }
        else if (!entry.InTable)
        {
            _created.Add(entry);
        }
    }

    /// <summary>An entry that a batch has put, and what it was before.</summary>
    private readonly record struct Touch(WidgetEntry Entry, WidgetView? View, long Version);
}
