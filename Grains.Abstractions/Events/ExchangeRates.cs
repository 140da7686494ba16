using System.Collections.Immutable;

namespace Turnstile.Events;

/// <summary>What is known of the exchange rates of a base currency.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.ExchangeRates")]
public sealed record ExchangeRates
{
    public static ExchangeRates None { get; } = new() { Rates = ImmutableDictionary<string, ExchangeRate>.Empty };

    /// <summary>By currency; none older than <c>Rates:StaleMax</c>.</summary>
    [Id(0)] public required ImmutableDictionary<string, ExchangeRate> Rates { get; init; }

    /// <summary>Why the rates are not fresh, or not all there; null where nothing is wrong.</summary>
    [Id(1)] public string? Problem { get; init; }

    /// <summary>Trying again cannot help while this process runs: no source is configured.</summary>
    [Id(2)] public bool Hopeless { get; init; }
}

/// <summary>One exchange rate.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.ExchangeRate")]
public sealed record ExchangeRate
{
    /// <summary>Units of the currency for one unit of the base, exactly as the source gave it.</summary>
    [Id(0)] public required decimal Value { get; init; }

    /// <summary>When it was fetched.</summary>
    [Id(1)] public required DateTimeOffset At { get; init; }

    /// <summary>
    /// It is older than <c>Rates:Ttl</c>: the source could not be asked, or gave no believable value.
    /// </summary>
    [Id(2)] public bool Stale { get; init; }
}
