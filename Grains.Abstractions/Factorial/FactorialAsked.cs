namespace Turnstile.Factorial;

/// <summary>What became of a wish for a factorial.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.FactorialAsked")]
public abstract record FactorialAsked
{
    /// <summary>It is known or under way.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.FactorialAsked.Taken")]
    public sealed record Taken : FactorialAsked
    {
        [Id(0)] public required FactorialView View { get; init; }
    }

    /// <summary>The requester has too many jobs waiting. Nothing was stored.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.FactorialAsked.Refused")]
    public sealed record Refused : FactorialAsked
    {
        [Id(0)] public required int QueuedMax { get; init; }

        [Id(1)] public required double RetryAfterSeconds { get; init; }
    }
}
