using System.Collections.Immutable;

namespace Turnstile.Factorial;

/// <summary>What is known across numbers, read from the store. The key is always 0.</summary>
[Alias("turnstile.IFactorialIndexGrain")]
public interface IFactorialIndexGrain : IGrainWithIntegerKey
{
    /// <summary>The numbers asked for, ascending.</summary>
    /// <param name="status">Only those; null for all.</param>
    /// <param name="limit">1…1,000.</param>
    /// <param name="after">The last number of the page before; null for the first page.</param>
    Task<Page<FactorialView>> List(FactorialStatus? status, int limit, int? after);

    /// <summary>Adds what gateways have counted; numbers that nobody has asked for are left out.</summary>
    Task Count(ImmutableArray<FactorialCount> counts);

    /// <summary>What the service was used for.</summary>
    /// <param name="mostAsked">How many of the most asked numbers, 1…1,000.</param>
    Task<FactorialStats> Stats(int mostAsked);
}
