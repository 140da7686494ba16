using System.Collections.Immutable;
using System.Numerics;
using Turnstile.Events;
using Turnstile.Grains.Events;
using Turnstile.Grains.Events.Pipeline;

namespace Turnstile.Grains.Tests.Events;

public sealed class CurrencyStageTests
{
    [Theory]
    [InlineData(500, "USD", "1.0684", 468)]
    [InlineData(1_000, "JPY", "161.47", 619)]
    [InlineData(1_000, "KWD", "0.3291", 304)]
    [InlineData(100_000, "BTC", "0.0000158", 6329)]
    [InlineData(1, "USD", "2", 1)]
    [InlineData(3, "USD", "2", 2)]
    [InlineData(1, "USD", "2.0000000000000001", 0)]
    [InlineData(0, "USD", "1.07", 0)]
    [InlineData(1_000_000_000_000, "USD", "1.00", 1_000_000_000_000)]
    public void An_amount_is_converted_exactly_and_rounded_once_half_away_from_zero(
        long amount, string currency, string rate, long cents)
    {
        EuroAmount euro = CurrencyStage.Convert(Bet(amount, currency), Rates(currency, rate));

        Assert.Equal(cents, euro.Cents);
        Assert.Equal(decimal.Parse(rate), euro.Rate?.Value);
    }

    [Fact]
    public void Cents_equal_those_of_unbounded_arithmetic()
    {
        var random = new Random(17);
        for (int i = 0; i < 20_000; i++)
        {
            int digits = random.Next(9);
            long amount = random.NextInt64(1_000_000_000_000);
            decimal rate = new(random.Next(), random.Next(), random.Next(4), isNegative: false, scale: (byte)random.Next(21));
            if (rate == 0)
            {
                continue;
            }

            int scale = (decimal.GetBits(rate)[3] >> 16) & 0xFF;
            int[] bits = decimal.GetBits(rate);
            BigInteger scaled = ((BigInteger)(uint)bits[2] << 64) | ((BigInteger)(uint)bits[1] << 32) | (uint)bits[0];
            BigInteger dividend = amount * BigInteger.Pow(10, 2 + scale);
            BigInteger divisor = scaled * BigInteger.Pow(10, digits);
            BigInteger expected = ((2 * dividend) + divisor) / (2 * divisor);

            Assert.Equal(expected, (BigInteger)CurrencyStage.Cents(amount, digits, rate));
        }
    }

    [Fact]
    public void Euros_need_no_rate()
    {
        EuroAmount euro = CurrencyStage.Convert(Bet(1_234, "EUR"), ExchangeRates.None);

        Assert.Equal(1_234, euro.Cents);
        Assert.Null(euro.Rate);
    }

    [Fact]
    public void A_missing_rate_is_a_failure_that_says_why()
    {
        EuroAmount euro = CurrencyStage.Convert(
            Bet(1, "USD"), ExchangeRates.None with { Problem = "the source answered 500" });

        Assert.Null(euro.Cents);
        Assert.Equal("No rate for USD: the source answered 500.", euro.Failure);
    }

    [Theory]
    [InlineData(500, "USD", "5 USD")]
    [InlineData(468, "EUR", "4.68 EUR")]
    [InlineData(550, "EUR", "5.50 EUR")]
    [InlineData(5, "EUR", "0.05 EUR")]
    [InlineData(1_234, "JPY", "1234 JPY")]
    [InlineData(1_234, "KWD", "1.234 KWD")]
    [InlineData(1, "BTC", "0.00000001 BTC")]
    [InlineData(0, "USD", "0 USD")]
    public void Money_is_told_in_major_units(long minorUnits, string currency, string text) =>
        Assert.Equal(text, MoneyText.Of(minorUnits, currency));

    [Fact]
    public void Every_listed_currency_is_known_by_its_bytes()
    {
        Assert.Equal(0, Currencies.MinorDigits("JPY"));
        Assert.Equal(2, Currencies.MinorDigits("USD"));
        Assert.Equal(3, Currencies.MinorDigits("KWD"));
        Assert.Same(Currencies.Find("USD"u8), Currencies.Find("USD"u8));
        Assert.Null(Currencies.Find("XYZ"u8));
        Assert.Null(Currencies.Find("usd"u8));
    }

    private static CasinoEvent Bet(long amount, string currency) => new()
    {
        Id = 1,
        PlayerId = 11,
        GameId = 101,
        Type = EventType.Bet,
        Amount = amount,
        Currency = currency,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private static ExchangeRates Rates(string currency, string rate) => new()
    {
        Rates = ImmutableDictionary<string, ExchangeRate>.Empty.Add(
            currency, new ExchangeRate { Value = decimal.Parse(rate), At = DateTimeOffset.UnixEpoch }),
    };
}
