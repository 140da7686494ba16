using System.Collections.Immutable;

namespace Turnstile.Compute;

/// <summary>The scheduler at one moment: who shares the machine, and what the workers have in hand.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.LaneOverview")]
public sealed record LaneOverview
{
    /// <summary>Callers that have jobs here, or had some lately.</summary>
    [Id(0)] public required int Callers { get; init; }

    /// <summary>Jobs here that wait for a slice; further ones of the same callers may be in the store.</summary>
    [Id(1)] public required long Ready { get; init; }

    /// <summary>CPU seconds used in a second, lately.</summary>
    [Id(2)] public required double CpuPerSecond { get; init; }

    /// <summary>Jobs that workers have ended since the scheduler started.</summary>
    [Id(3)] public required long Ended { get; init; }

    /// <summary>When the oldest job was submitted that has not begun and may; null where none waits.</summary>
    [Id(4)] public DateTimeOffset? OldestSubmittedAt { get; init; }

    /// <summary>Those that use or may use most, the first so many.</summary>
    [Id(5)] public required ImmutableArray<CallerStanding> Top { get; init; }

    [Id(6)] public required ImmutableArray<WorkersView> Workers { get; init; }
}

/// <summary>What a caller gets of the machine beside what it has a right to.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.CallerStanding")]
public sealed record CallerStanding
{
    [Id(0)] public required CallerKey Caller { get; init; }

    /// <summary>Its part of the compute time of the last seconds, 0…1.</summary>
    [Id(1)] public required double Share { get; init; }

    /// <summary>Its part by weight among all callers that have work, 0…1; 0 where it has none.</summary>
    [Id(2)] public required double Entitlement { get; init; }
}

/// <summary>The workers of one silo.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.WorkersView")]
public sealed record WorkersView
{
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required int Threads { get; init; }

    /// <summary>The jobs that have slices there, the one granted first at the head; no more than there are
    /// threads.</summary>
    [Id(2)] public required ImmutableArray<long> Jobs { get; init; }
}
