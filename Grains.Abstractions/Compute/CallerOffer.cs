using System.Collections.Immutable;

namespace Turnstile.Compute;

/// <summary>The next jobs of a caller, for the scheduler.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.CallerOffer")]
public sealed record CallerOffer
{
    [Id(0)] public required CallerKey Caller { get; init; }

    [Id(1)] public required double Weight { get; init; }

    [Id(2)] public required int RunningMax { get; init; }

    [Id(3)] public required ImmutableArray<QueuedJob> Jobs { get; init; }

    /// <summary>The caller has more jobs than these: ask it again when they run low.</summary>
    [Id(4)] public required bool More { get; init; }
}
