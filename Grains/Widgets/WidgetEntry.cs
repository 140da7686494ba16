namespace Turnstile.Grains.Widgets;

/// <summary>
/// What the ledger knows of one serial number while it is in memory. Read and written in the ledger's turns alone; a reading thread looks
/// at the serial number of one that is not loaded yet.
/// </summary>
internal sealed class WidgetEntry(PackedWidget widget)
{
    /// <summary>The widget after the last change that was decided.</summary>
    public PackedWidget Widget = widget;

    /// <summary>The change that made <see cref="Widget"/>; 0 where there never was one.</summary>
    public long Version;

    /// <summary>The newest version that the tables hold for certain.</summary>
    public long StoredVersion;

    /// <summary>The last of the callers' hand-overs that needs it: until that one's end it stays.</summary>
    public long NeededBy;

    /// <summary>The round of storing whose list has this entry.</summary>
    public int Round;

    /// <summary>When it was last asked for, in the ledger's own count.</summary>
    public int LastUse;

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

    public bool IsStored => Version == StoredVersion;
}
