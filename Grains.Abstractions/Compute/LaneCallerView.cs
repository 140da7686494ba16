namespace Turnstile.Compute;

/// <summary>A caller as the scheduler sees it.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.LaneCallerView")]
public sealed record LaneCallerView
{
    /// <summary>Jobs that have had a slice, or have one now.</summary>
    [Id(0)] public required int Running { get; init; }

    /// <summary>Its part of the compute time of the last seconds, 0…1.</summary>
    [Id(1)] public required double Share { get; init; }

    /// <summary>The part of the compute time it would have if everybody who waits now went on waiting, 0…1.</summary>
    [Id(2)] public double Entitlement { get; init; }

    /// <summary>
    /// CPU seconds of its slices since the scheduler has known it: that ends when it has had nothing for a while.
    /// </summary>
    [Id(3)] public double ChargedCpuSeconds { get; init; }

    /// <summary>CPU seconds it is behind its part in the present round; below zero it is ahead.</summary>
    [Id(4)] public double LagSeconds { get; init; }

    /// <summary>Why its next job does not run.</summary>
    [Id(5)] public WaitReason Reason { get; init; }
}

/// <summary>What the next job of a caller waits for.</summary>
public enum WaitReason
{
    /// <summary>Nothing: there is none.</summary>
    None,

    /// <summary>Others have had less than it has, by their weights.</summary>
    Turn,

    /// <summary>As many of the caller's jobs run as may.</summary>
    RunningMax,

    /// <summary>Its worker or the database failed; it is tried again in a while.</summary>
    Retry,

    /// <summary>It is being read from the store.</summary>
    Store,
}
