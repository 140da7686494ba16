using System.ComponentModel.DataAnnotations;

namespace Turnstile.Grains.Storage;

/// <summary>Where and how everything is stored; the section <c>Storage</c> of the configuration.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>The name in <c>ConnectionStrings</c> that chooses PostgreSQL.</summary>
    public const string ConnectionName = "Turnstile";

    /// <summary>
    /// The SQLite file; its folder is created. Default <c>./data/turnstile.db</c>. Two more files stand beside it while
    /// it is in use (-wal, -shm), one marks who uses it (.lock), and two folders hold what is appended to (-widgets, -accept).
    /// </summary>
    [Required]
    public string Path { get; set; } = "./data/turnstile.db";

    /// <summary>
    /// The PostgreSQL connection, from <c>ConnectionStrings:Turnstile</c>. Unset (the default) means SQLite.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Rows that may wait to be written, 1 to 10,000,000; default 200,000. At this many, further writes fail at once
    /// with <see cref="StorageUnavailableException"/>: about a second of what the disk takes, so whoever waits in the
    /// queue waits about a second at most.
    /// </summary>
    [Range(1, 10_000_000)]
    public int PendingWritesMax { get; set; } = 200_000;

    /// <summary>
    /// Rows after which a transaction takes no further write, 1 to 1,000,000; default 10,000. Larger ones gain nothing
    /// (the sync is already paid by then) and make everyone in them wait longer. A write of more rows has a transaction
    /// of its own.
    /// </summary>
    [Range(1, 1_000_000)]
    public int BatchRowsMax { get; set; } = 10_000;

    /// <summary>
    /// Connections that read at the same time, 1 to 100; default 8, enough for every core of a small server. SQLite
    /// readers take up to 8 MB of page cache each.
    /// </summary>
    [Range(1, 100)]
    public int ReadersMax { get; set; } = 8;

    /// <summary>
    /// Seconds after which a statement on PostgreSQL is given up, 1 to 600; default 30. Ordinary statements take
    /// milliseconds; the limit is for a server that hangs.
    /// </summary>
    [Range(1, 600)]
    public int CommandTimeoutSeconds { get; set; } = 30;
}
