namespace Turnstile.Compute;

/// <summary>
/// Where a job stands. The values are stored: never renumber them; those from <see cref="Done"/> on are final.
/// </summary>
public enum JobStatus
{
    /// <summary>On disk, waiting for its first slice.</summary>
    Queued = 0,

    /// <summary>Has been given at least one slice of compute time.</summary>
    Running = 1,

    /// <summary>Ended with its result.</summary>
    Done = 2,

    /// <summary>Ended without a result, or with a part of it; the error says why.</summary>
    Failed = 3,

    /// <summary>Ended because its caller asked for that.</summary>
    Cancelled = 4,
}
