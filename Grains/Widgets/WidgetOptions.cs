using System.ComponentModel.DataAnnotations;

namespace Turnstile.Grains.Widgets;

/// <summary>The limits of Widgets; section <c>Widgets</c> of the configuration.</summary>
public sealed class WidgetOptions
{
    public const string Section = "Widgets";

    /// <summary>Lines in one batch, 1…100,000; default 10,000.</summary>
    [Range(1, 100_000)]
    public int BatchMax { get; set; } = 10_000;

    /// <summary>
    /// Widgets kept in memory though the tables have them, 1,000…10,000,000; default 1,000,000, about 250 MB. Changing a
    /// widget that is kept needs no read.
    /// </summary>
    [Range(1_000, 10_000_000)]
    public int ActiveMax { get; set; } = 1_000_000;

    /// <summary>Seconds after which a widget that nobody asked for is forgotten, 1…3,600; default 30.</summary>
    [Range(1, 3_600)]
    public int IdleSeconds { get; set; } = 30;

    /// <summary>
    /// Changed widgets that the tables do not have yet, 1,000…20,000,000; default as many as a sixteenth of the memory holds that the
    /// process may use, about 250 bytes each, from 100,000 to 4,000,000. At this many, changes wait for the tables. More of them make
    /// the tables' batches denser and the start after a crash longer.
    /// </summary>
    [Range(1_000, 20_000_000)]
    public int UnstoredMax { get; set; } = UnstoredFor(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>
    /// Bytes of commit log, 1 MiB…64 GiB; default 1 GiB. At this many, changes wait for the tables: a start after a
    /// crash reads it all.
    /// </summary>
    [Range(1L << 20, 64L << 30)]
    public long LogBytesMax { get; set; } = 1L << 30;

    /// <summary>
    /// Bytes of one file of the commit log, 64 KiB…1 GiB; default 64 MiB. A file is deleted once the tables have all
    /// of it.
    /// </summary>
    [Range(64 << 10, 1 << 30)]
    public int LogFileBytes { get; set; } = 64 << 20;

    /// <summary>
    /// Changes that wait to be committed, 1…10,000,000; default 200,000. Further ones are refused with 503.
    /// </summary>
    [Range(1, 10_000_000)]
    public int WaitingMax { get; set; } = 200_000;

    /// <summary>
    /// Seconds a change waits to be begun before it is refused with 503, 1…25; default 10. Below the 30 seconds after
    /// which a call is given up.
    /// </summary>
    [Range(1, 25)]
    public int WaitSecondsMax { get; set; } = 10;

    /// <summary>
    /// Changes committed with one sync of the log, 1…100,000; default 4,096. More gain nothing and make all of them
    /// wait longer.
    /// </summary>
    [Range(1, 100_000)]
    public int CommitMax { get; set; } = 4_096;

    /// <summary>
    /// Rows that one transaction writes into the tables, 1…100,000; default 1,000: the other capabilities' commits wait
    /// for it, some 20 ms.
    /// </summary>
    [Range(1, 100_000)]
    public int StoreRowsMax { get; set; } = 1_000;

    /// <summary>
    /// Milliseconds between two rounds of writing the tables, at least, 1…60,000; default 500. What changes twice in
    /// between is written once.
    /// </summary>
    [Range(1, 60_000)]
    public int StorePeriodMilliseconds { get; set; } = 500;

    /// <summary>
    /// The default of <see cref="UnstoredMax"/> for so much memory: 250 bytes a widget. With four million a start after a crash
    /// takes in some nine million rows, about as many seconds on a slow machine.
    /// </summary>
    internal static int UnstoredFor(long memoryBytes) => (int)Math.Clamp(memoryBytes / 16 / 250, 100_000, 4_000_000);
}
