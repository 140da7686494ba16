using System.Collections.Immutable;

namespace Turnstile.Compute;

/// <summary>The scheduler's word that this job may use a worker for one slice.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.SliceGrant")]
public sealed record SliceGrant
{
    [Id(0)] public required CallerKey Caller { get; init; }

    [Id(1)] public required QueuedJob Job { get; init; }

    /// <summary>What the caller was charged in advance; corrected by the measured time.</summary>
    [Id(2)] public required double ExpectedCpuSeconds { get; init; }

    /// <summary>The scheduler has granted the job none before.</summary>
    [Id(3)] public bool First { get; init; }

    /// <summary>
    /// It is granted to a caller that is alone: slices that are not go before it, also those that come later; while none comes it may go on
    /// for several slices.
    /// </summary>
    [Id(4)] public bool GivesWay { get; init; }
}

/// <summary>How a slice ended.</summary>
public enum SliceOutcome
{
    /// <summary>The job is not finished and wants another slice.</summary>
    Unfinished,

    /// <summary>The job has ended and its end is on disk.</summary>
    Ended,

    /// <summary>The worker failed; the job is to be taken up again.</summary>
    WorkerFailed,

    /// <summary>
    /// The end could not be stored. The job is to be asked again a little later, when it stores what it knows.
    /// </summary>
    NotStored,

    /// <summary>Another job computes the same; this one ends with it, or is to be asked again in a while.</summary>
    Shares,
}

/// <summary>A slice that was granted and is over.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.SliceEnd")]
public sealed record SliceEnd
{
    [Id(0)] public required CallerKey Caller { get; init; }

    [Id(1)] public required long Job { get; init; }

    [Id(2)] public required SliceOutcome Outcome { get; init; }

    /// <summary>Measured CPU time of the slice, in seconds.</summary>
    [Id(3)] public required double CpuSeconds { get; init; }

    /// <summary>How the job ended; null while it has not.</summary>
    [Id(4)] public JobEnd? End { get; init; }
}

/// <summary>How a job ended, for its caller's books.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.JobEnd")]
public sealed record JobEnd
{
    [Id(0)] public required long Job { get; init; }

    [Id(1)] public required JobStatus Status { get; init; }

    /// <summary>CPU time of the whole job, in seconds.</summary>
    [Id(2)] public required double CpuSeconds { get; init; }

    /// <summary>Seconds from submission to its first slice.</summary>
    [Id(3)] public required double WaitSeconds { get; init; }
}

/// <summary>What the workers of one silo tell the scheduler.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.WorkerReport")]
public sealed record WorkerReport
{
    /// <summary>Which silo's workers: its start is part of the name, so that a restarted silo is another.</summary>
    [Id(0)] public required string Workers { get; init; }

    /// <summary>Threads with nothing to do; each wants a slice of any length.</summary>
    [Id(1)] public required int IdleThreads { get; init; }

    /// <summary>
    /// CPU seconds of short jobs that are welcome beyond that, to keep the threads fed between two reports.
    /// </summary>
    [Id(2)] public required double AheadSeconds { get; init; }

    [Id(3)] public required ImmutableArray<SliceEnd> Ends { get; init; }

    /// <summary>Threads in all.</summary>
    [Id(4)] public int Threads { get; init; }

    /// <summary>
    /// CPU seconds of slices that are welcome beyond all that while one caller is alone, so that a thread that ends one has the next at
    /// hand.
    /// </summary>
    [Id(6)] public double SpareSeconds { get; init; }
}
