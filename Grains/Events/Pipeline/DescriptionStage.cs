using System.Globalization;
using Turnstile.Events;

namespace Turnstile.Grains.Events.Pipeline;

/// <summary>Says in a sentence what happened.</summary>
/// <param name="games">The titles of the games by id; one without a title goes by its number.</param>
internal sealed class DescriptionStage(IReadOnlyDictionary<long, string> games)
{
    public string Describe(CasinoEvent casinoEvent, Player? player, long? euroCents)
    {
        string who = player?.Email is { Length: > 0 } email
            ? $"Player #{casinoEvent.PlayerId} ({email})"
            : $"Player #{casinoEvent.PlayerId}";
        string game = casinoEvent.GameId == 0 ? ""
            : games.TryGetValue(casinoEvent.GameId, out string? title) ? $"a game \"{title}\""
            : $"a game #{casinoEvent.GameId}";
        string what = casinoEvent.Type switch
        {
            EventType.GameStart => $"started playing {game}",
            EventType.Bet => $"placed a bet of {Money(casinoEvent, euroCents)} on {game}",
            EventType.Deposit => $"made a deposit of {Money(casinoEvent, euroCents)}",
            EventType.GameStop => $"stopped playing {game}",
            _ => throw new ArgumentException($"{casinoEvent.Type} is not a type of event.", nameof(casinoEvent)),
        };
        return $"{who} {what} on {Date(casinoEvent.CreatedAt)}.";
    }

    /// <summary>As in <c>February 2nd, 2022 at 23:45 UTC</c>.</summary>
    public static string Date(DateTimeOffset time)
    {
        DateTime utc = time.UtcDateTime;
        string month = CultureInfo.InvariantCulture.DateTimeFormat.MonthNames[utc.Month - 1];
        return $"{month} {utc.Day}{Ordinal(utc.Day)}, {utc.Year} at {utc.Hour:00}:{utc.Minute:00} UTC";
    }

    private static string Money(CasinoEvent casinoEvent, long? euroCents)
    {
        string money = MoneyText.Of(casinoEvent.Amount ?? 0, casinoEvent.Currency!);
        return casinoEvent.Currency == Currencies.Euro || euroCents is not { } cents
            ? money
            : $"{money} ({MoneyText.Of(cents, Currencies.Euro)})";
    }

    private static string Ordinal(int day) => day switch
    {
        1 or 21 or 31 => "st",
        2 or 22 => "nd",
        3 or 23 => "rd",
        _ => "th",
    };
}
