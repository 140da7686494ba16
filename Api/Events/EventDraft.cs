using System.Diagnostics;
using Turnstile.Events;

namespace Turnstile.Api.Events;

/// <summary>
/// An event as it was read, before anybody has looked whether it makes sense. Null where a field was not there.
/// </summary>
internal struct EventDraft
{
    public long? Id;
    public long? PlayerId;
    public long? GameId;
    public EventType? Type;
    public long? Amount;
    public string? Currency;
    public bool HasWon;
    public DateTimeOffset? CreatedAt;

    /// <summary>Fields that were there and could not be read; what is wrong with them has been said.</summary>
    public EventFields Unreadable;
}

[Flags]
internal enum EventFields
{
    None = 0,
    Id = 1,
    PlayerId = 2,
    GameId = 4,
    Type = 8,
    Amount = 16,
    Currency = 32,
    CreatedAt = 64,
}

/// <summary>The words of the API for types of events.</summary>
internal static class EventWords
{
    public const string AllTypes = "game_start, bet, deposit, game_stop";

    public static string Of(EventType type) => type switch
    {
        EventType.GameStart => "game_start",
        EventType.Bet => "bet",
        EventType.Deposit => "deposit",
        EventType.GameStop => "game_stop",
        _ => throw new UnreachableException(),
    };
}
