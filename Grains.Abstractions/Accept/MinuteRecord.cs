using System.Collections.Immutable;

namespace Turnstile.Accept;

/// <summary>How many distinct ids were counted in a minute.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.MinuteRecord")]
public sealed record MinuteRecord
{
    /// <summary>The second since 1970 at which the minute began.</summary>
    [Id(0)] public required long Minute { get; init; }

    [Id(1)] public required long UniqueIds { get; init; }
}

/// <summary>The minute that runs, so far, and the last records, newest first.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.MinutesView")]
public sealed record MinutesView
{
    [Id(0)] public required MinuteRecord Current { get; init; }

    [Id(1)] public required ImmutableArray<MinuteRecord> History { get; init; }
}
