using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// The part of n! that is prime to the primes left out, by prime swings: that of n! is the square of that of
/// (n / 2)! times a product of primes read off n (P. Luschny, "Fast factorial functions", 2008, after A. Schönhage).
/// </summary>
/// <param name="n">At least 0.</param>
/// <param name="tree">Multiplies, in limbs of its own radix.</param>
/// <param name="limbMax">The largest limb.</param>
/// <param name="isOmitted">Primes left out: 2, and others that are put in more cheaply.</param>
internal sealed class PrimeSwing(int n, ProductTree tree, ulong limbMax, Func<int, bool> isOmitted)
{
    // Primes found or looked at in a piece: less than a millisecond's worth.
    private const int PiecePrimes = 1 << 14;

    /// <summary>The product, once <see cref="Work"/> has come to its end.</summary>
    public ulong[] Product { get; private set; } = [1];

    /// <summary>Multiplies in pieces, each giving the part done so far.</summary>
    /// <param name="besides">A factor to put in.</param>
    public IEnumerable<double> Work(ulong[] besides)
    {
        var primes = new List<int>();
        foreach (var prime in PrimeSieve.Below(n + 1))
        {
            if (!isOmitted(prime))
                primes.Add(prime);
            if (primes.Count % PiecePrimes == 0)
                yield return 0;
        }

        for (var shift = 31 - BitOperations.LeadingZeroCount((uint)Math.Max(n, 1)); shift >= 0; shift--)
        {
            var part = Math.Pow(0.5, shift + 1);
            foreach (var piece in tree.Multiplied(Product, Product))
                yield return part;
            var square = tree.Product;
            var factors = new List<ulong>();
            foreach (var piece in AddFactors(factors, n >> shift, primes))
                yield return part;
            foreach (var piece in tree.Work(factors))
                yield return part;
            foreach (var piece in shift == 0 && besides is not [1] ? tree.Multiplied(tree.Product, besides) : [])
                yield return part;
            foreach (var piece in tree.Multiplied(square, tree.Product))
                yield return part;
            Product = tree.Product;
        }
    }

    /// <summary>
    /// The primes of the swinging factorial m! / (m / 2)!², packed into limbs: an odd prime goes in once for each of
    /// its powers q with m / q odd.
    /// </summary>
    private IEnumerable<bool> AddFactors(List<ulong> limbs, int m, List<int> primes)
    {
        var limb = 1UL;
        var looked = 0;
        foreach (var prime in primes)
        {
            if (prime > m)
                break;
            if (++looked % PiecePrimes == 0)
                yield return true;
            for (var quotient = m / prime; quotient > 0; quotient /= prime)
            {
                if ((quotient & 1) == 0)
                    continue;
                var high = Math.BigMul(limb, (ulong)prime, out var low);
                if (high != 0 || low > limbMax)
                {
                    limbs.Add(limb);
                    low = (ulong)prime;
                }

                limb = low;
            }
        }

        limbs.Add(limb);
    }
}
