namespace Turnstile.Events;

/// <summary>What happened.</summary>
public enum EventType
{
    GameStart,
    Bet,
    Deposit,
    GameStop,
}

/// <summary>An event as its publisher sent it, checked.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.CasinoEvent")]
public sealed record CasinoEvent
{
    /// <summary>The publisher's id, at least 1: an event is counted once for it.</summary>
    [Id(0)] public required long Id { get; init; }

    /// <summary>At least 1.</summary>
    [Id(1)] public required long PlayerId { get; init; }

    /// <summary>At least 1; 0 for a deposit outside of a game.</summary>
    [Id(2)] public long GameId { get; init; }

    [Id(3)] public required EventType Type { get; init; }

    /// <summary>In minor units of the currency, 0…10^12; null where the event moves no money.</summary>
    [Id(4)] public long? Amount { get; init; }

    /// <summary>A code that <c>Currencies</c> knows; null exactly where the amount is.</summary>
    [Id(5)] public string? Currency { get; init; }

    /// <summary>Of a bet: the player won it.</summary>
    [Id(6)] public bool HasWon { get; init; }

    /// <summary>UTC, whole microseconds.</summary>
    [Id(7)] public required DateTimeOffset CreatedAt { get; init; }
}
