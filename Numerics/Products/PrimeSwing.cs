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
            if ((primes.Count & 0x3FFF) == 0)
                yield return 0;
        }

        for (var shift = 31 - BitOperations.LeadingZeroCount((uint)Math.Max(n, 1)); shift >= 0; shift--)
        {
            Product = tree.Square(Product);
            yield return Math.Pow(0.5, shift + 1);
            foreach (var piece in tree.Work(Factors(n >> shift, primes)))
                yield return Math.Pow(0.5, shift + 1);
            var swing = shift == 0 ? tree.Multiply(tree.Product, besides) : tree.Product;
            Product = tree.Multiply(Product, swing);
        }
    }

    /// <summary>
    /// The primes of the swinging factorial m! / (m / 2)!², packed into limbs: an odd prime goes in once for each of
    /// its powers q with m / q odd.
    /// </summary>
    private List<ulong> Factors(int m, List<int> primes)
    {
        var limbs = new List<ulong>();
        var limb = 1UL;
        foreach (var prime in primes)
        {
            if (prime > m)
                break;
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
        return limbs;
    }
}
