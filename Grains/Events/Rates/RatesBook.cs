using System.Collections.Immutable;
using Turnstile.Events;

namespace Turnstile.Grains.Events.Rates;

/// <summary>
/// The rates that are believed, and what is known against the others. A value the source lies about leaves the last
/// good one in place until that is too old; so does a source that is away.
/// </summary>
internal sealed class RatesBook(TimeSpan ttl, TimeSpan staleMax, decimal jumpMax)
{
    private readonly Dictionary<string, ExchangeRate> _rates = [];
    private readonly Dictionary<string, string> _rejected = [];
    private DateTimeOffset? _answeredAt;

    /// <summary>What a new book needs to go on from here.</summary>
    public RatesState State => new() { Rates = _rates.ToImmutableDictionary(), AnsweredAt = _answeredAt };

    public void Recover(RatesState state)
    {
        _answeredAt = state.AnsweredAt;
        foreach ((string currency, ExchangeRate rate) in state.Rates)
        {
            _rates[currency] = rate;
        }
    }

    /// <summary>Whether the source must be asked before these currencies can be told.</summary>
    public bool Needs(IEnumerable<string> currencies, DateTimeOffset now) =>
        _answeredAt is not { } at || now - at >= ttl || now < at || currencies.Any(_rejected.ContainsKey);

    /// <summary>Whether an answer from within the time to live is there, whatever it said.</summary>
    public bool IsAnswered(DateTimeOffset now) => _answeredAt is { } at && now - at < ttl && now >= at;

    /// <summary>Takes an answer in.</summary>
    /// <returns>The currencies whose values were not believed.</returns>
    public IReadOnlyCollection<string> Take(RatesAnswer answer, DateTimeOffset now)
    {
        _answeredAt = now;
        _rejected.Clear();
        foreach ((string currency, string reason) in answer.Rejected)
        {
            _rejected[currency] = reason;
        }

        foreach ((string currency, decimal value) in answer.Values)
        {
            if (_rates.TryGetValue(currency, out ExchangeRate? last) && Age(last, now) <= staleMax && Jumps(last.Value, value))
            {
                _rejected[currency] = $"its rate is given as {value} after {last.Value}, a jump nobody can believe";
            }
            else
            {
                _rates[currency] = new ExchangeRate { Value = value, At = now };
            }
        }

        foreach (string currency in _rates.Keys.Where(known => !answer.Values.ContainsKey(known)))
        {
            _rejected.TryAdd(currency, "the source has it no longer");
        }

        return _rejected.Keys;
    }

    /// <summary>What can be said of these currencies.</summary>
    /// <param name="currencies">The ones asked for.</param>
    /// <param name="now">The time.</param>
    /// <param name="problem">Why the source could not be asked, if it should have been.</param>
    public ExchangeRates View(IEnumerable<string> currencies, DateTimeOffset now, string? problem)
    {
        ImmutableDictionary<string, ExchangeRate>.Builder rates = ImmutableDictionary.CreateBuilder<string, ExchangeRate>();
        foreach (string currency in currencies)
        {
            problem ??= _rejected.GetValueOrDefault(currency);
            if (_rates.TryGetValue(currency, out ExchangeRate? rate) && Age(rate, now) <= Max(staleMax, ttl))
            {
                rates[currency] = rate with { Stale = Age(rate, now) >= ttl || _rejected.ContainsKey(currency) };
            }
        }

        return new ExchangeRates { Rates = rates.ToImmutable(), Problem = problem };
    }

    // Of one from a clock that was ahead nobody knows how old it is; that far off, it is not taken for a new one.
    private static TimeSpan Age(ExchangeRate rate, DateTimeOffset now) => (now - rate.At).Duration();

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private bool Jumps(decimal last, decimal next) => next > last * jumpMax || last > next * jumpMax;
}

/// <summary>What survives a restart: without it a source that is away then would leave no rates at all.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.RatesState")]
public sealed record RatesState
{
    [Id(0)] public ImmutableDictionary<string, ExchangeRate> Rates { get; init; } = ImmutableDictionary<string, ExchangeRate>.Empty;

    /// <summary>When the source last gave an answer that could be read.</summary>
    [Id(1)] public DateTimeOffset? AnsweredAt { get; init; }
}
