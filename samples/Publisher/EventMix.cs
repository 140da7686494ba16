using Google.Protobuf.WellKnownTypes;
using Turnstile.Api.Events.Wire;

namespace Turnstile.Publisher;

/// <summary>
/// Events as a casino makes them, the same for the same seed: half of them bets, in several currencies.
/// </summary>
internal sealed class EventMix(int seed, int players, long firstId, TimeProvider time)
{
    private const int FirstPlayer = 10;
    private const int FirstGame = 100;
    private const int Games = 6;

    // With the largest amount that is drawn, in minor units.
    private static readonly (string Code, int AmountMax)[] Money =
    [
        ("EUR", 20_000), ("USD", 20_000), ("GBP", 20_000), ("NZD", 20_000), ("JPY", 30_000), ("KWD", 60_000), ("BTC", 500_000),
    ];

    private readonly Random _random = new(seed);
    private long _nextId = firstId;

    public EventBatch Next(int count)
    {
        var batch = new EventBatch();
        Timestamp now = Timestamp.FromDateTimeOffset(time.GetUtcNow());
        for (int i = 0; i < count; i++)
        {
            batch.Events.Add(Next(now));
        }

        return batch;
    }

    private Event Next(Timestamp now)
    {
        var made = new Event
        {
            Id = _nextId++,
            PlayerId = FirstPlayer + _random.Next(players),
            GameId = FirstGame + _random.Next(Games),
            Type = _random.Next(100) switch
            {
                < 20 => EventType.GameStart,
                < 70 => EventType.Bet,
                < 85 => EventType.Deposit,
                _ => EventType.GameStop,
            },
            CreatedAt = now,
        };
        if (made.Type is EventType.Bet or EventType.Deposit)
        {
            (made.Currency, int amountMax) = Money[_random.Next(Money.Length)];
            made.Amount = 1 + _random.Next(amountMax);
            made.HasWon = made.Type == EventType.Bet && _random.Next(2) == 0;
        }

        return made;
    }
}
