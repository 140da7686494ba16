using Turnstile.Events;

namespace Turnstile.Grains.Tests.Events;

/// <summary>Events for the tests of what is stored.</summary>
internal static class StoredEvents
{
    public static CasinoEvent Bet(long id) => new()
    {
        Id = id,
        PlayerId = 1,
        GameId = 101,
        Type = EventType.Bet,
        Amount = 500,
        Currency = "USD",
        CreatedAt = new DateTimeOffset(2022, 2, 2, 23, 45, 6, TimeSpan.Zero).AddMicroseconds(7),
    };
}
