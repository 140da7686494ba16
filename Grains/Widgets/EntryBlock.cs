using System.Runtime.CompilerServices;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// Places of many entries in one object: large enough that the garbage collector never moves it, and that what it refers to costs nothing
/// before the oldest generation is collected. Millions of entries that come within a minute would be copied from generation to generation
/// one by one, and hold up everybody meanwhile.
/// </summary>
internal sealed class EntryBlock
{
    /// <summary>Entries of a block; of 80 bytes each, beyond the 85,000 from which on an object is a large one.</summary>
    public const int Places = 1_100;

    private States _states;

    // Places that nobody has had yet come after those that were given back.
    private readonly ushort[] _free = new ushort[Places];
    private int _freeCount;
    private int _begun;

    /// <summary>Where the list of blocks with room has this one.</summary>
    public int OpenAt { get; set; }

    public bool IsEmpty => _begun == _freeCount;

    public bool IsFull => _begun == Places && _freeCount == 0;

    public ref EntryState this[int place] => ref _states[place];

    /// <summary>A place that nobody has, for a serial number of which nothing else is known. There must be one.</summary>
    public WidgetEntry Take(PackedWidget none)
    {
        var entry = new WidgetEntry(this, _freeCount > 0 ? _free[--_freeCount] : _begun++);
        entry.Begin(none);
        return entry;
    }

    /// <summary>Gives back the place of an entry, which holds on to no row from here on.</summary>
    public void Free(WidgetEntry entry)
    {
        entry.Begin(PackedWidget.Nobody);
        _free[_freeCount++] = (ushort)entry.Place;
    }

    [InlineArray(Places)]
    private struct States
    {
        private EntryState _first;
    }
}

/// <summary>What is at a place; see <see cref="WidgetEntry"/>.</summary>
internal struct EntryState
{
    public PackedWidget Widget;
    public PackedWidget None;
    public long Version;
    public long StoredVersion;
    public long NeededBy;
    public int Round;
    public int LastUse;
    public int CreatedOrder;
    public int Readers;
    public bool Pending;
    public bool InTable;
    public bool IsWatched;
    public bool IsCreated;
    public bool IsLoaded;
    public bool IsWanted;
}
