using System.Buffers;
using System.Runtime.InteropServices;

namespace Turnstile.Numerics;

/// <summary>
/// The part of n! that is prime to the primes left out, by prime swings: that of n! is the square of that of
/// (n / 2)! times a product of primes read off n (P. Luschny, "Fast factorial functions", 2008, after A. Schönhage).
/// Dispose it once its product is no longer read.
/// </summary>
/// <param name="n">At least 0.</param>
/// <param name="tree">Multiplies, in limbs of its own radix.</param>
/// <param name="limbMax">The largest limb.</param>
/// <param name="omitted">Primes left out: 2, and others that are put in more cheaply.</param>
internal sealed class PrimeSwing(int n, ProductTree tree, ulong limbMax, int[] omitted) : IDisposable
{
    // Primes found or looked at in a piece: less than a millisecond's worth.
    private const int PiecePrimes = 1 << 14;

    // The factorials of numbers below are products of all numbers, which are quicker than ever shorter swings.
    private const int SwingMin = 512;

    // Up to so many limbs, a mebibyte, memory is lent: else a full collection would come every few factorials. Beside longer
    // products collections cost nothing, and who lends keeps what comes back.
    private const int LentLimbsMax = 1 << 17;

    private readonly List<ulong[]> _lent = [];
    private readonly List<ulong> _limbs = [];
    private ulong _limb = 1;

    /// <summary>The product, once <see cref="Work"/> has come to its end.</summary>
    public ReadOnlyMemory<ulong> Product { get; private set; } = new ulong[] { 1 };

    /// <summary>Multiplies in pieces, each giving the part done so far.</summary>
    /// <param name="besides">A factor to put in.</param>
    public IEnumerable<double> Work(ReadOnlyMemory<ulong> besides)
    {
        var primes = new List<int>();
        foreach (var prime in PrimeSieve.Below(n + 1))
        {
            if (!omitted.Contains(prime))
                primes.Add(prime);
            if (primes.Count % PiecePrimes == 0)
                yield return 0;
        }

        var shift = 0;
        while (n >> shift >= SwingMin)
            shift++;
        PackNumbers(n >> shift);
        foreach (var piece in tree.Work(TakeLimbs()))
            yield return 0;
        foreach (var piece in shift == 0 ? tree.Multiplied(tree.Product, besides) : [])
            yield return 0;
        Product = tree.Product;

        // Each time the same, which is in the cache.
        var (room, squareRoom) = shift == 0 ? ([], []) : (Room(), Room());
        while (--shift >= 0)
        {
            var part = Math.Pow(0.5, shift + 1);
            foreach (var piece in tree.Multiplied(Product, Product, squareRoom))
                yield return part;
            var square = tree.Product;
            for (var i = 0; i < primes.Count && primes[i] <= n >> shift; i += PiecePrimes)
            {
                PackSwing(n >> shift, CollectionsMarshal.AsSpan(primes)[i..Math.Min(i + PiecePrimes, primes.Count)]);
                yield return part;
            }

            foreach (var piece in tree.Work(TakeLimbs()))
                yield return part;
            foreach (var piece in shift == 0 && besides.Span is not [1] ? tree.Multiplied(tree.Product, besides) : [])
                yield return part;
            foreach (var piece in tree.Multiplied(square, tree.Product, room))
                yield return part;
            Product = tree.Product;
        }
    }

    public void Dispose()
    {
        _lent.ForEach(room => ArrayPool<ulong>.Shared.Return(room));
        _lent.Clear();
    }

    // For n!, which is below e sqrt(n) (n / e)^n, and one limb more.
    private ulong[] Room()
    {
        var limbs = (int)((((n + 0.5) * Math.Log(n)) - n + 1) / Math.Log(limbMax)) + 2;
        if (limbs > LentLimbsMax)
            return GC.AllocateUninitializedArray<ulong>(limbs);
        _lent.Add(ArrayPool<ulong>.Shared.Rent(limbs));
        return _lent[^1];
    }

    // All numbers up to m, each without the primes left out.
    private void PackNumbers(int m)
    {
        for (var number = 2; number <= m; number++)
        {
            var rest = number;
            foreach (var prime in omitted)
                while (rest % prime == 0)
                    rest /= prime;
            Pack(rest);
        }
    }

    /// <summary>
    /// Primes of the swinging factorial m! / (m / 2)!²: an odd prime goes in once for each of its powers q with m / q
    /// odd.
    /// </summary>
    private void PackSwing(int m, ReadOnlySpan<int> primes)
    {
        var (root, third, half) = ((int)Math.Sqrt(m), m / 3, m / 2);
        foreach (var prime in primes)
        {
            if (prime > m)
                return;

            // From the root on one power counts; m / q is 2 above a third, and 1 above a half.
            if (prime > root && prime > third)
            {
                if (prime > half)
                    Pack(prime);
                continue;
            }

            for (var quotient = m / prime; quotient > 0; quotient = prime > root ? 0 : quotient / prime)
                if ((quotient & 1) != 0)
                    Pack(prime);
        }
    }

    private void Pack(int factor)
    {
        var high = Math.BigMul(_limb, (ulong)factor, out var low);
        if (high != 0 || low > limbMax)
        {
            _limbs.Add(_limb);
            low = (ulong)factor;
        }

        _limb = low;
    }

    // The factors packed since the last time.
    private List<ulong> TakeLimbs()
    {
        var limbs = new List<ulong>(_limbs) { _limb };
        _limbs.Clear();
        _limb = 1;
        return limbs;
    }
}
