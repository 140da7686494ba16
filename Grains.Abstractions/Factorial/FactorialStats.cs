using System.Collections.Immutable;

namespace Turnstile.Factorial;

/// <summary>How often one number was asked for since it was last counted.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.FactorialCount")]
public readonly record struct FactorialCount
{
    [Id(0)] public required int Number { get; init; }

    /// <summary>Requests of any kind that named the number.</summary>
    [Id(1)] public required long Requests { get; init; }

    /// <summary>Requests that were answered with the digits.</summary>
    [Id(2)] public required long Reads { get; init; }

    /// <summary>Reads that were answered from memory.</summary>
    [Id(3)] public required long Hits { get; init; }
}

/// <summary>What the service was used for, since its database began.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.FactorialStats")]
public sealed record FactorialStats
{
    /// <summary>How many numbers were asked for, by status in the order of <see cref="FactorialStatus"/>.</summary>
    [Id(0)] public required ImmutableArray<long> Numbers { get; init; }

    [Id(1)] public required long Requests { get; init; }

    [Id(2)] public required long Reads { get; init; }

    [Id(3)] public required long Hits { get; init; }

    /// <summary>Most asked first.</summary>
    [Id(4)] public required ImmutableArray<FactorialCount> MostAsked { get; init; }

    /// <summary>Ascending; sizes without a number are left out.</summary>
    [Id(5)] public required ImmutableArray<FactorialTimes> Times { get; init; }
}

/// <summary>How long the factorials of one size took, from being asked for to being stored.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.FactorialTimes")]
public sealed record FactorialTimes
{
    /// <summary>The size: numbers of so many decimal digits.</summary>
    [Id(0)] public required int NumberDigits { get; init; }

    [Id(1)] public required long Count { get; init; }

    [Id(2)] public required double MeanSeconds { get; init; }

    [Id(3)] public required double MaxSeconds { get; init; }
}
