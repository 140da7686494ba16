using System.ComponentModel.DataAnnotations;

namespace Turnstile.Grains.Compute;

/// <summary>The limits of Compute; section <c>Compute</c> of the configuration.</summary>
public sealed class ComputeOptions
{
    public const string Section = "Compute";

    /// <summary>Threads that compute, 1…1,024; 0 stands for one per core.</summary>
    [Range(0, 1024)]
    public int Workers { get; set; }

    /// <summary>
    /// How long a job may hold a worker before the next one gets its turn, 1…1,000 ms. Shorter serves newcomers sooner,
    /// longer switches less; at 50 the switching costs under 0.1 %.
    /// </summary>
    [Range(1, 1000)]
    public int SliceMilliseconds { get; set; } = 50;

    /// <summary>
    /// CPU milliseconds a caller of weight 1 gets in a round, 1…1,000: how far two callers' service may drift apart.
    /// </summary>
    [Range(1, 1000)]
    public int QuantumMilliseconds { get; set; } = 10;

    /// <summary>Decimal digits of a number that is taken in, 1…1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int NumberDigitsMax { get; set; } = 10_000;

    /// <summary>The largest n whose factorial is computed, 0…10,000,000; its digits are kept in the database.</summary>
    [Range(0, 10_000_000)]
    public int FactorialMax { get; set; } = 1_000_000;

    /// <summary>Jobs in one batch, 1…100,000.</summary>
    [Range(1, 100_000)]
    public int BatchMax { get; set; } = 10_000;

    /// <summary>
    /// Jobs that a caller may have waiting and running where nothing else is set for it, 1…1,000,000,000. More are refused with
    /// 429.
    /// </summary>
    [Range(1, 1_000_000_000)]
    public int WaitingPerCallerMax { get; set; } = 10_000_000;

    /// <summary>
    /// Jobs that a caller may have begun and not ended where nothing else is set for it, 1…1,000,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int RunningPerCallerMax { get; set; } = 1_000;

    /// <summary>
    /// Waiting jobs of a caller and priority kept in memory, 256…1,000,000; later ones are read from disk when their
    /// turn nears.
    /// </summary>
    [Range(256, 1_000_000)]
    public int WindowPerCaller { get; set; } = 2_048;

    /// <summary>How often a job's computation may fail before the job becomes a dead letter, 1…100.</summary>
    [Range(1, 100)]
    public int AttemptsMax { get; set; } = 3;

    /// <summary>
    /// How often the process may die under a job before the job becomes a dead letter, 1…1,000. More than
    /// <see cref="AttemptsMax"/>, because a job may be there by chance when a machine fails or an operator kills it.
    /// </summary>
    [Range(1, 1_000)]
    public int WorkerDeathsMax { get; set; } = 10;

    /// <summary>
    /// Seconds until a job is taken up again whose worker failed, 0.01…3,600; twice as long each time, up to a minute.
    /// </summary>
    [Range(0.01, 3600)]
    public double RetrySeconds { get; set; } = 1;

    /// <summary>
    /// Seconds for which a silo's workers hold the slices that they were granted, 1…3,600. Workers that the scheduler has not
    /// heard of for so long are taken for dead. They report three times in that time.
    /// </summary>
    [Range(1, 3600)]
    public double LeaseSeconds { get; set; } = 5;

    /// <summary>
    /// Seconds from one look through all open jobs for such as are known to nobody to the next, 0.1…3,600; longer than calls may
    /// take. Such jobs come of lost calls and of silos that were given up for dead, and are queued at the second look.
    /// </summary>
    [Range(0.1, 3600)]
    public double ReviewSeconds { get; set; } = 60;

    /// <summary>CPU seconds a job may use where it does not say, 0.001…31,536,000.</summary>
    [Range(0.001, 31_536_000)]
    public double TimeoutSeconds { get; set; } = 3_600;

    /// <summary>CPU seconds between two checkpoints of a job, 0.1…3,600: what a crash can cost it.</summary>
    [Range(0.1, 3600)]
    public double CheckpointSeconds { get; set; } = 5;

    /// <summary>
    /// Days for which ended jobs are kept with their results, 0…36,500; 0, the default, for good. Dead letters go too, and so do
    /// idempotency keys.
    /// </summary>
    [Range(0, 36_500)]
    public double KeepDays { get; set; }

    /// <summary>
    /// Slices granted to a silo whose jobs have not answered, 16…1,000,000: what waits for the disk at one time.
    /// </summary>
    [Range(16, 1_000_000)]
    public int SlicesInFlightMax { get; set; } = 4_096;

    /// <summary>
    /// Begun jobs that keep their kernels in memory while others have their turns, 1…100,000; the coldest beyond that is
    /// written down and dropped, unless it has come no further than its last checkpoint. A sieve on its way takes some tens of
    /// megabytes.
    /// </summary>
    [Range(1, 100_000)]
    public int WarmKernelsMax { get; set; } = 32;

    /// <summary>
    /// Jobs get their slices in the order in which they came in, whoever's they are: what a plain queue does. Only for
    /// comparisons.
    /// </summary>
    public bool FirstComeFirstServed { get; set; }

    internal int WorkersNow => Workers > 0 ? Workers : Environment.ProcessorCount;
}
