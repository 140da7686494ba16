namespace Turnstile.Events;

/// <summary>What counted events come to.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.EventTotals")]
public sealed record EventTotals
{
    [Id(0)] public required long Total { get; init; }

    /// <summary>Events received in the last 60 whole seconds, this one included.</summary>
    [Id(1)] public required long PerMinute { get; init; }

    /// <summary>
    /// Events received in the window's whole seconds, this one included, divided by its length; rounded once.
    /// </summary>
    [Id(2)] public required double MovingAverage { get; init; }

    [Id(3)] public required Tops Tops { get; init; }
}

/// <summary>A partition's part of <see cref="EventTotals"/>.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.PartitionTotals")]
public sealed record PartitionTotals
{
    [Id(0)] public required long Total { get; init; }

    [Id(1)] public required long LastMinute { get; init; }

    [Id(2)] public required long InWindow { get; init; }

    [Id(3)] public required Tops Tops { get; init; }
}

/// <summary>The leading players; among equals the one with the smallest id. Null before there is one.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.Tops")]
public sealed record Tops
{
    public static Tops None { get; } = new();

    /// <summary>By bets placed.</summary>
    [Id(0)] public TopPlayer? Bets { get; init; }

    /// <summary>By bets won.</summary>
    [Id(1)] public TopPlayer? Wins { get; init; }

    /// <summary>By the sum of deposits, in EUR cents.</summary>
    [Id(2)] public TopPlayer? Deposits { get; init; }

    /// <summary>The leaders of both together, whose players are different ones.</summary>
    public Tops With(Tops other) => new()
    {
        Bets = Leader(Bets, other.Bets),
        Wins = Leader(Wins, other.Wins),
        Deposits = Leader(Deposits, other.Deposits),
    };

    private static TopPlayer? Leader(TopPlayer? one, TopPlayer? other) =>
        one is null ? other : other is null || one.Leads(other) ? one : other;
}

/// <summary>A player and what it leads with.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.TopPlayer")]
public sealed record TopPlayer
{
    [Id(0)] public required long Id { get; init; }

    [Id(1)] public required long Count { get; init; }

    public bool Leads(TopPlayer other) => Count > other.Count || (Count == other.Count && Id < other.Id);
}
