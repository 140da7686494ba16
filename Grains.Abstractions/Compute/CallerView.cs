namespace Turnstile.Compute;

/// <summary>A caller as it stands at one moment.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.CallerView")]
public sealed record CallerView
{
    [Id(0)] public required CallerKey Key { get; init; }

    [Id(1)] public required double Weight { get; init; }

    [Id(2)] public required int RunningMax { get; init; }

    [Id(3)] public required int QueuedMax { get; init; }

    [Id(4)] public required long Queued { get; init; }

    [Id(5)] public required long Running { get; init; }

    [Id(6)] public required long Done { get; init; }

    [Id(7)] public required long Failed { get; init; }

    [Id(8)] public required long Cancelled { get; init; }

    /// <summary>CPU time of its ended jobs, in seconds.</summary>
    [Id(9)] public required double CpuSeconds { get; init; }

    /// <summary>Its part of the compute time of the last seconds, 0…1.</summary>
    [Id(10)] public required double Share { get; init; }

    /// <summary>Median seconds from submission to first slice, of its recent jobs; null before there is one.</summary>
    [Id(11)] public double? WaitMedianSeconds { get; init; }

    /// <summary>The wait that 99 of 100 recent jobs stayed under.</summary>
    [Id(12)] public double? WaitP99Seconds { get; init; }

    /// <inheritdoc cref="LaneCallerView.Entitlement"/>
    [Id(13)] public double Entitlement { get; init; }

    /// <inheritdoc cref="LaneCallerView.ChargedCpuSeconds"/>
    [Id(14)] public double ChargedCpuSeconds { get; init; }

    /// <inheritdoc cref="LaneCallerView.LagSeconds"/>
    [Id(15)] public double LagSeconds { get; init; }

    /// <inheritdoc cref="LaneCallerView.Reason"/>
    [Id(16)] public WaitReason Reason { get; init; }
}
