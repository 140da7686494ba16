namespace Turnstile.Compute;

/// <summary>A caller as the scheduler sees it.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.LaneCallerView")]
public sealed record LaneCallerView
{
    /// <summary>Jobs that have had a slice, or have one now.</summary>
    [Id(0)] public required int Running { get; init; }

    /// <summary>Its part of the compute time of the last seconds, 0…1.</summary>
    [Id(1)] public required double Share { get; init; }
}
