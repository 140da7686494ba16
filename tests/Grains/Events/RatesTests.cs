using System.Text;
using Turnstile.Events;
using Turnstile.Grains.Events.Rates;

namespace Turnstile.Grains.Tests.Events;

public sealed class RatesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 0, TimeSpan.Zero);
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StaleMax = TimeSpan.FromHours(1);

    private readonly RatesBook _book = new(Ttl, StaleMax, 1.5m);

    [Fact]
    public void A_rate_from_a_clock_that_was_far_ahead_and_has_been_set_back_is_not_used_for_a_new_one()
    {
        Take(Start + StaleMax, ("USD", 1.07m));

        Assert.True(View(Start, "USD")!.Stale);
        Assert.Null(View(Start - TimeSpan.FromTicks(1), "USD"));

        Take(Start - TimeSpan.FromTicks(1), ("USD", 9.07m));
        Assert.Equal(9.07m, View(Start, "USD")!.Value);
    }

    [Theory]
    [InlineData("not json", "not JSON")]
    [InlineData("""{"base":"EUR","rates":{"\ud800":1}}""", "not JSON")]
    [InlineData("""{"base":"\ud800","rates":{"USD":1.07}}""", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"rates":{"USD":1.07}}""", "base is not EUR")]
    [InlineData("""{"base":"USD","rates":{"USD":1.07}}""", "base is not EUR")]
    [InlineData("""{"base":"EUR"}""", "no rates")]
    [InlineData("""{"base":"EUR","rates":[1.07]}""", "no rates")]
    [InlineData("""{"base":"EUR","rates":{}}""", "no rate of any known currency")]
    [InlineData("""{"base":"EUR","rates":{"QQQ":1}}""", "no rate of any known currency")]
    public void An_answer_of_no_use_is_refused_with_the_reason(string body, string reason) => Assert.Contains(
        reason,
        Assert.Throws<InvalidDataException>(() => Answer(body)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("-1.07")]
    [InlineData("0")]
    [InlineData("\"1.07\"")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("1e30")]
    [InlineData("1e12")]
    [InlineData("0.000000001")]
    public void A_value_nobody_can_believe_leaves_the_other_currencies_alone(string value)
    {
        RatesAnswer answer = Answer($$$"""{"base":"EUR","rates":{"USD":{{{value}}},"GBP":0.85}}""");

        Assert.Equal(["GBP"], answer.Values.Keys);
        Assert.Equal(["USD"], answer.Rejected.Keys);
    }

    [Fact]
    public void Rates_are_used_without_asking_until_their_time_is_over()
    {
        Take(Start, ("USD", 1.07m));

        Assert.False(_book.Needs(["USD"], Start + Ttl - TimeSpan.FromTicks(1)));
        Assert.True(_book.Needs(["USD"], Start + Ttl));
        Assert.False(View(Start, "USD")!.Stale);
    }

    [Fact]
    public void A_rate_is_marked_as_stale_and_used_until_it_is_too_old()
    {
        Take(Start, ("USD", 1.07m));

        ExchangeRate stale = View(Start + StaleMax, "USD")!;

        Assert.True(stale.Stale);
        Assert.Equal(Start, stale.At);
        Assert.Null(View(Start + StaleMax + TimeSpan.FromTicks(1), "USD"));
    }

    [Theory]
    [InlineData("1.7")]
    [InlineData("0.6")]
    public void A_jump_is_not_believed_until_the_last_rate_is_too_old(string given)
    {
        decimal value = decimal.Parse(given);
        Take(Start, ("USD", 1.07m));
        Take(Start + Ttl, ("USD", value));

        ExchangeRate kept = View(Start + Ttl, "USD")!;
        Assert.Equal(1.07m, kept.Value);
        Assert.True(kept.Stale);

        DateTimeOffset later = Start + StaleMax + TimeSpan.FromSeconds(1);
        Take(later, ("USD", value));
        Assert.Equal(value, View(later, "USD")!.Value);
    }

    [Fact]
    public void A_rate_the_source_no_longer_has_goes_on_as_stale()
    {
        Take(Start, ("USD", 1.07m), ("GBP", 0.85m));
        Take(Start + Ttl, ("GBP", 0.86m));

        Assert.True(View(Start + Ttl, "USD")!.Stale);
        Assert.False(View(Start + Ttl, "GBP")!.Stale);
        Assert.True(_book.Needs(["USD"], Start + Ttl));
        Assert.False(_book.Needs(["GBP"], Start + Ttl));
    }

    [Fact]
    public void A_currency_that_was_never_there_is_not_asked_for_again_early()
    {
        Take(Start, ("GBP", 0.86m));

        Assert.False(_book.Needs(["USD"], Start));
        Assert.Null(View(Start, "USD"));
    }

    [Fact]
    public void A_book_goes_on_from_what_was_stored()
    {
        Take(Start, ("USD", 1.07m));
        var next = new RatesBook(Ttl, StaleMax, 1.5m);
        next.Recover(_book.State);

        Assert.False(next.Needs(["USD"], Start + TimeSpan.FromSeconds(59)));
        Assert.Equal(1.07m, next.View(["USD"], Start, null).Rates["USD"].Value);
    }

    private static RatesAnswer Answer(string body) => RatesAnswer.Read(Encoding.UTF8.GetBytes(body), "EUR");

    private void Take(DateTimeOffset now, params (string Currency, decimal Value)[] rates) => _book.Take(
        new RatesAnswer
        {
            Values = rates.ToDictionary(rate => rate.Currency, rate => rate.Value), Rejected = new Dictionary<string, string>(),
        },
        now);

    private ExchangeRate? View(DateTimeOffset now, string currency) =>
        _book.View([currency], now, null).Rates.GetValueOrDefault(currency);
}
