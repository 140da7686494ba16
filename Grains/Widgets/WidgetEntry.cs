using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// What the ledger knows of one serial number while it is in memory. Read and written in the ledger's turns alone.
/// </summary>
internal sealed class WidgetEntry(string serial)
{
    public string Serial => serial;

    /// <summary>The widget after the last change that was decided; null where there is none.</summary>
    public WidgetView? View;

    /// <summary>The change that made <see cref="View"/>; 0 where there never was one.</summary>
    public long Version;

    /// <summary>The newest version that the tables hold for certain.</summary>
    public long StoredVersion;

    /// <summary>The round of storing whose list has this entry.</summary>
    public int Round;

    /// <summary>When it was last asked for, in the ledger's own count.</summary>
    public int LastUse;

    /// <summary>A change of it is on its way into the log: no reader may see it yet.</summary>
    public bool Pending;

    /// <summary>The table has a row of it for certain.</summary>
    public bool InTable;

    public bool IsStored => Version == StoredVersion;
}
