using System.Numerics;
using System.Text.Json;
using Turnstile.Api.Events;

namespace Turnstile.Api.Tests.Events;

/// <summary>
/// Events drawn from a seed, and what they come to, found out without anything of the service: totals by sorting, EUR
/// cents by fractions of unbounded integers.
/// </summary>
internal sealed class SeededEvents
{
    /// <summary>A currency no source has a rate for: its events end as dead letters.</summary>
    public const string Orphan = "CHF";

    private static readonly string[] Types = ["game_start", "bet", "bet", "bet", "deposit", "game_stop"];

    // As in RatesApi.Good: the rate is numerator / denominator; then the minor units of one major unit.
    private static readonly Dictionary<string, (int Numerator, int Denominator, int Minor)> Money = new()
    {
        ["EUR"] = (1, 1, 100),
        ["USD"] = (10_684, 10_000, 100),
        ["GBP"] = (8_573, 10_000, 100),
        ["JPY"] = (16_147, 100, 1),
        ["KWD"] = (3_291, 10_000, 1_000),
    };

    public SeededEvents(int seed, int count)
    {
        var random = new Random(seed);
        All = [.. Enumerable.Range(1, count).Select(id => Draw(id, random))];
        Countable = [.. All.Where(drawn => drawn.Currency != Orphan)];
    }

    public EventBody[] All { get; }

    /// <summary>Those that end as final events.</summary>
    public EventBody[] Countable { get; }

    /// <summary>amount / minor / rate * 100, rounded half up.</summary>
    public static long? Cents(EventBody drawn)
    {
        if (drawn.Amount is not { } amount)
        {
            return null;
        }

        (int numerator, int denominator, int minor) = Money[drawn.Currency!];
        BigInteger dividend = (BigInteger)amount * 100 * denominator;
        BigInteger divisor = (BigInteger)minor * numerator;
        return (long)(((2 * dividend) + divisor) / (2 * divisor));
    }

    /// <summary>The leader as the API tells it.</summary>
    public string Top(Func<EventBody, long> value)
    {
        var top = Countable.GroupBy(drawn => drawn.PlayerId)
            .Select(player => (Id: player.Key, Count: player.Sum(value)))
            .OrderByDescending(player => player.Count).ThenBy(player => player.Id)
            .First();
        return JsonSerializer.Serialize(new TopPlayerBody(top.Id, top.Count), EventsJson.Default.TopPlayerBody);
    }

    private static EventBody Draw(int id, Random random)
    {
        string type = Types[random.Next(Types.Length)];
        bool moves = type is "bet" or "deposit";
        string? currency = !moves ? null
            : random.Next(200) == 0 ? Orphan
            : Money.Keys.ElementAt(random.Next(Money.Count));
        return new EventBody(
            id,
            1 + random.Next(500),
            100 + random.Next(4),
            type,
            moves ? random.Next(100_000) : null,
            currency,
            type == "bet" && random.Next(2) == 0,
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMilliseconds(id));
    }
}
