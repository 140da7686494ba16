namespace Turnstile.Grains.Widgets;

/// <summary>
/// What the ledger knows of one serial number while it is in memory; forgotten, it may become another's. Read and written in the ledger's
/// turns alone, but for the serial number of one that is to be read or stored.
/// </summary>
internal sealed class WidgetEntry(PackedWidget none)
{
    /// <summary>The widget after the last change that was decided.</summary>
    public PackedWidget Widget = none;

    /// <summary>The change that made <see cref="Widget"/>; 0 where there never was one.</summary>
    public long Version;

    /// <summary>The newest version that the tables hold for certain.</summary>
    public long StoredVersion;

    /// <summary>The last of the callers' hand-overs that needs it: until that one's end it stays.</summary>
    public long NeededBy;

    /// <summary>The round of storing whose list has this entry, or had it: it is in no list twice, whoever's it is.</summary>
    public int Round;

    /// <summary>When it was last asked for, in the ledger's own count.</summary>
    public int LastUse;

    /// <summary>The order of created widgets that has it, or had it.</summary>
    public int CreatedOrder;

    /// <summary>Those who wait to read it: until then it stays.</summary>
    public int Readers;

    /// <summary>A change of it is on its way into the log: no reader may see it yet.</summary>
    public bool Pending;

    /// <summary>The table has a row of it for certain.</summary>
    public bool InTable;

    /// <summary>It is looked at for idleness.</summary>
    public bool IsWatched;

    /// <summary>The table may lack it though it exists.</summary>
    public bool IsCreated;

    /// <summary>
    /// What the tables have of it is known. Until then there is its serial number, and where others' changes have freed ports of it, a part
    /// that says so.
    /// </summary>
    public bool IsLoaded;

    /// <summary>Its row waits to be read, or is being read.</summary>
    public bool IsWanted;

    /// <summary>Whose it is. Unlike the widget it stays while others are decided.</summary>
    public ReadOnlySpan<byte> Serial => None.Serial;

    /// <summary>A row that has the serial number.</summary>
    public PackedWidget None { get; private set; } = none;

    public bool IsStored => Version == StoredVersion;

    /// <summary>Makes one that nobody uses that of a serial number of which nothing else is known.</summary>
    public void Begin(PackedWidget none)
    {
        None = Widget = none;
        Version = StoredVersion = NeededBy = 0;
        InTable = IsCreated = IsLoaded = false;
    }

    /// <summary>Keeps its bytes in memory that is in use.</summary>
    public void Move(RowMemory memory) => None = Widget = memory.Keep(Widget);
}
