namespace Turnstile.Numerics;

/// <summary>
/// The odd primes below 2^13 multiplied together as far as they fit a word: one division by each tells all its
/// primes.
/// </summary>
internal static class PrimeProducts
{
    private const int Limit = 1 << 13;

    public static readonly ulong[] All = [.. Pack()];

    private static IEnumerable<ulong> Pack()
    {
        var word = 1UL;
        foreach (var prime in PrimeSieve.Below(Limit).Skip(1))
        {
            if (Math.BigMul(word, (ulong)prime, out var low) != 0)
            {
                yield return word;
                low = (ulong)prime;
            }

            word = low;
        }

        yield return word;
    }
}
