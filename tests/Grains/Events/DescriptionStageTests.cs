using Turnstile.Events;
using Turnstile.Grains.Events.Pipeline;

namespace Turnstile.Grains.Tests.Events;

public sealed class DescriptionStageTests
{
    private static readonly DescriptionStage Stage = new(new Dictionary<long, string> { [101] = "It's bananas!" });

    [Fact]
    public void A_bet_is_told_with_its_player_its_money_its_game_and_its_date() => Assert.Equal(
        "Player #11 (john@example.com) placed a bet of 5 USD (4.68 EUR) on a game \"It's bananas!\" "
        + "on February 2nd, 2022 at 23:45 UTC.",
        Stage.Describe(Event(EventType.Bet, 500, "USD"), new Player { Id = 11, Email = "john@example.com" }, 468));

    [Fact]
    public void A_player_that_is_missing_goes_by_its_number() => Assert.Equal(
        "Player #11 made a deposit of 100 EUR on February 2nd, 2022 at 23:45 UTC.",
        Stage.Describe(Event(EventType.Deposit, 10_000, "EUR"), null, 10_000));

    [Fact]
    public void A_game_without_a_title_goes_by_its_number() => Assert.Equal(
        "Player #11 started playing a game #102 on February 2nd, 2022 at 23:45 UTC.",
        Stage.Describe(Event(EventType.GameStart, null, null) with { GameId = 102 }, null, null));

    [Fact]
    public void Leaving_a_game_is_told() => Assert.Equal(
        "Player #11 stopped playing a game \"It's bananas!\" on February 2nd, 2022 at 23:45 UTC.",
        Stage.Describe(Event(EventType.GameStop, null, null), null, null));

    [Theory]
    [InlineData(1, "1st")]
    [InlineData(2, "2nd")]
    [InlineData(3, "3rd")]
    [InlineData(4, "4th")]
    [InlineData(11, "11th")]
    [InlineData(12, "12th")]
    [InlineData(13, "13th")]
    [InlineData(21, "21st")]
    [InlineData(22, "22nd")]
    [InlineData(23, "23rd")]
    [InlineData(30, "30th")]
    [InlineData(31, "31st")]
    public void Days_are_ordinal(int day, string ordinal) => Assert.Equal(
        $"January {ordinal}, 2026 at 00:05 UTC",
        DescriptionStage.Date(new DateTimeOffset(2026, 1, day, 1, 5, 0, TimeSpan.FromHours(1))));

    private static CasinoEvent Event(EventType type, long? amount, string? currency) => new()
    {
        Id = 1,
        PlayerId = 11,
        GameId = 101,
        Type = type,
        Amount = amount,
        Currency = currency,
        CreatedAt = new DateTimeOffset(2022, 2, 2, 23, 45, 6, TimeSpan.Zero),
    };
}
