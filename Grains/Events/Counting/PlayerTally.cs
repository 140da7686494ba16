using Turnstile.Events;

namespace Turnstile.Grains.Events.Counting;

/// <summary>What a player's counted events come to. They only grow.</summary>
internal readonly record struct PlayerTally(long Bets, long Wins, long DepositCents)
{
    public PlayerTally With(in CountedEvent counted) => counted.Type switch
    {
        EventType.Bet => this with { Bets = Bets + 1, Wins = Wins + (counted.HasWon ? 1 : 0) },
        EventType.Deposit => this with { DepositCents = Sum(DepositCents, counted.EuroCents) },
        _ => this,
    };

    // Stays at the end: an event that cannot be counted would stop its partition for good, whoever sent it.
    private static long Sum(long before, long more) => more <= long.MaxValue - before ? before + more : long.MaxValue;
}

/// <summary>What counting needs of a final event.</summary>
/// <param name="PlayerId">Whose it is.</param>
/// <param name="Type">What happened.</param>
/// <param name="HasWon">Of a bet.</param>
/// <param name="EuroCents">The amount, 0 where there is none.</param>
/// <param name="ReceivedSecond">When it was taken in, seconds since 1970.</param>
internal readonly record struct CountedEvent(
    long PlayerId, EventType Type, bool HasWon, long EuroCents, long ReceivedSecond);
