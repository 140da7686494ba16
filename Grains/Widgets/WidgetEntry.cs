namespace Turnstile.Grains.Widgets;

/// <summary>
/// What the ledger knows of one serial number while it is in memory: a place in a block of many. Forgotten, the place may become another's.
/// Read and written in the ledger's turns alone, but for the serial number of one that is to be read or stored.
/// </summary>
/// <param name="block">Where it is.</param>
/// <param name="place">Its place there.</param>
internal readonly struct WidgetEntry(EntryBlock block, int place) : IEquatable<WidgetEntry>
{
    /// <summary>The block that it is in.</summary>
    public EntryBlock Block => block;

    /// <summary>Its place there.</summary>
    public int Place => place;

    /// <summary>The widget after the last change that was decided.</summary>
    public ref PackedWidget Widget => ref State.Widget;

    /// <summary>The change that made <see cref="Widget"/>; 0 where there never was one.</summary>
    public ref long Version => ref State.Version;

    /// <summary>The newest version that the tables hold for certain.</summary>
    public ref long StoredVersion => ref State.StoredVersion;

    /// <summary>The last of the callers' hand-overs that needs it: until that one's end it stays.</summary>
    public ref long NeededBy => ref State.NeededBy;

    /// <summary>The round of storing whose list has this entry, or had it: it is in no list twice, whoever's it is.</summary>
    public ref int Round => ref State.Round;

    /// <summary>When it was last asked for, in the ledger's own count.</summary>
    public ref int LastUse => ref State.LastUse;

    /// <summary>The order of created widgets that has it, or had it.</summary>
    public ref int CreatedOrder => ref State.CreatedOrder;

    /// <summary>Those who wait to read it: until then it stays.</summary>
    public ref int Readers => ref State.Readers;

    /// <summary>A change of it is on its way into the log: no reader may see it yet.</summary>
    public ref bool Pending => ref State.Pending;

    /// <summary>The table has a row of it for certain.</summary>
    public ref bool InTable => ref State.InTable;

    /// <summary>It is looked at for idleness.</summary>
    public ref bool IsWatched => ref State.IsWatched;

    /// <summary>The table may lack it though it exists.</summary>
    public ref bool IsCreated => ref State.IsCreated;

    /// <summary>
    /// What the tables have of it is known. Until then there is its serial number, and where others' changes have freed ports of it, a part
    /// that says so.
    /// </summary>
    public ref bool IsLoaded => ref State.IsLoaded;

    /// <summary>Its row waits to be read, or is being read.</summary>
    public ref bool IsWanted => ref State.IsWanted;

    /// <summary>A row that has the serial number. Unlike the widget it stays while others are decided.</summary>
    public PackedWidget None => State.None;

    /// <summary>Whose it is.</summary>
    public ReadOnlySpan<byte> Serial => State.None.Serial;

    public bool IsStored => State.Version == State.StoredVersion;

    private ref EntryState State => ref block[place];

    /// <summary>Makes one that nobody uses that of a serial number of which nothing else is known.</summary>
    public void Begin(PackedWidget none)
    {
        ref EntryState state = ref State;
        state.None = state.Widget = none;
        state.Version = state.StoredVersion = state.NeededBy = 0;
        state.InTable = state.IsCreated = state.IsLoaded = false;
    }

    /// <summary>Keeps its bytes in memory that is in use.</summary>
    public void Move(RowMemory memory)
    {
        ref EntryState state = ref State;
        state.None = state.Widget = memory.Keep(state.Widget);
    }

    public bool Equals(WidgetEntry other) => block == other.Block && place == other.Place;

    public override bool Equals(object? obj) => obj is WidgetEntry other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(block, place);

    public static bool operator ==(WidgetEntry left, WidgetEntry right) => left.Equals(right);

    public static bool operator !=(WidgetEntry left, WidgetEntry right) => !left.Equals(right);
}
