namespace Turnstile.Numerics;

/// <summary>The sieve of Eratosthenes over odd numbers, in segments that fit the first-level cache.</summary>
internal static class PrimeSieve
{
    private const int SegmentOdds = 1 << 15;
    private const int SmallLimit = 1 << 16;

    /// <summary>The primes below 2^16, ascending.</summary>
    public static readonly ushort[] Small = [.. Sieve(0, SmallLimit).Select(prime => (ushort)prime)];

    /// <summary>The primes below <paramref name="limit"/>, ascending.</summary>
    public static IEnumerable<int> Below(int limit) =>
        limit <= SmallLimit ? Look(limit) : Look(SmallLimit).Concat(Sieve(SmallLimit, limit));

    private static IEnumerable<int> Look(int limit)
    {
        foreach (var prime in Small)
        {
            if (prime >= limit)
                yield break;
            yield return prime;
        }
    }

    // From a segment's start on.
    private static IEnumerable<int> Sieve(int from, int limit)
    {
        if (from == 0 && limit > 2)
            yield return 2;
        var root = (int)Math.Sqrt(limit) + 1;
        var sieving = Odd(root);
        var next = Array.ConvertAll(sieving, prime => FirstMultiple(prime, from));
        var composite = new bool[SegmentOdds];
        for (var start = from + 1L; start < limit; start += 2 * SegmentOdds)
        {
            Array.Clear(composite);
            var end = start + (2 * SegmentOdds);
            for (var i = 0; i < sieving.Length && (long)sieving[i] * sieving[i] < end; i++)
            {
                var multiple = next[i];
                for (; multiple < end; multiple += 2 * sieving[i])
                    composite[(multiple - start) >> 1] = true;
                next[i] = multiple;
            }

            for (var i = start == 1 ? 1 : 0; i < SegmentOdds && start + (2 * i) < limit; i++)
                if (!composite[i])
                    yield return (int)(start + (2 * i));
        }
    }

    // The first odd multiple from a number on that no smaller prime strikes out.
    private static long FirstMultiple(int prime, int from)
    {
        var multiple = (from + prime - 1L) / prime | 1;
        return prime * Math.Max(prime, multiple);
    }

    // The odd primes up to and including a small number.
    private static int[] Odd(int last)
    {
        var composite = new bool[last + 1];
        var primes = new List<int>();
        for (var i = 3; i <= last; i += 2)
        {
            if (composite[i])
                continue;
            primes.Add(i);
            for (var multiple = (long)i * i; multiple <= last; multiple += 2 * i)
                composite[multiple] = true;
        }

        return [.. primes];
    }
}
