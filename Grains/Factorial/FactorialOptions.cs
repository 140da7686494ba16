using System.ComponentModel.DataAnnotations;

namespace Turnstile.Grains.Factorial;

/// <summary>The limits of Factorial; section <c>Factorial</c> of the configuration.</summary>
public sealed class FactorialOptions
{
    public const string Section = "Factorial";

    /// <summary>
    /// The largest number taken, 0…1,000,000; default 20,000. A result is held in memory while it is answered: 77 kB
    /// for 20,000, 5.6 MB for 1,000,000.
    /// </summary>
    [Range(0, 1_000_000)]
    public int Max { get; set; } = 20_000;

    /// <summary>Numbers in one batch, 1…10,000; default 1,000.</summary>
    [Range(1, 10_000)]
    public int BatchMax { get; set; } = 1_000;

    /// <summary>
    /// Callbacks that may wait for their factorials to end, 1…1,000,000; default 10,000. More are answered 429.
    /// </summary>
    [Range(1, 1_000_000)]
    public int CallbacksMax { get; set; } = 10_000;

    /// <summary>Results of smaller numbers are kept in memory, 0…1,000,000; default 10,000. 0 keeps none.</summary>
    [Range(0, 1_000_000)]
    public int CacheBelow { get; set; } = 10_000;

    /// <summary>How long a result is kept in memory, 1…8,760 h; default 24.</summary>
    [Range(1, 8_760)]
    public int CacheHours { get; set; } = 24;

    /// <summary>
    /// What the kept results may take, 1…65,536 MiB; default 64. All of those below 10,000 would take about 160; the
    /// least recently used go first.
    /// </summary>
    [Range(1, 65_536)]
    public int CacheMegabytesMax { get; set; } = 64;

    /// <summary>
    /// How often storing a result is tried before its factorial fails, 1…100; default 10, which outlasts an object
    /// store that is away for about two minutes.
    /// </summary>
    [Range(1, 100)]
    public int UploadAttemptsMax { get; set; } = 10;

    /// <summary>
    /// Seconds between two looks for factorials that a process left unfinished, 1…3,600; default 60. The first look is
    /// at the start.
    /// </summary>
    [Range(1, 3_600)]
    public int RecoverySeconds { get; set; } = 60;

    /// <summary>
    /// How long a reader waits for a damaged result to be computed again, 0…60 s; default 10. Beyond it the answer is
    /// 202.
    /// </summary>
    [Range(0, 60)]
    public int RepairSeconds { get; set; } = 10;

    /// <summary>
    /// Seconds between two writes of the request counts, 1…3,600; default 5: what a crash can cost them.
    /// </summary>
    [Range(1, 3_600)]
    public int CountSeconds { get; set; } = 5;
}
