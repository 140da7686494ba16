using System.Collections.Immutable;

namespace Turnstile.Events;

/// <summary>
/// The exchange rates of one base currency, fetched once per <c>Rates:Ttl</c> for the whole cluster however many ask.
/// The key is the base currency.
/// </summary>
[Alias("turnstile.IRatesGrain")]
public interface IRatesGrain : IGrainWithStringKey
{
    /// <summary>
    /// The rates of these currencies as they are known now, after a fetch where they are older than allowed.
    /// </summary>
    Task<ExchangeRates> Current(ImmutableArray<string> currencies);
}
