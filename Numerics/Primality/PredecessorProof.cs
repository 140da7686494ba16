using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// Proves a prime n by the primes of n - 1, where those are cheap to find: it takes enough of them that their powers
/// multiply to more than the cube root of n (H. C. Pocklington, "The determination of the prime or composite nature of
/// large numbers by Fermat's theorem", 1914; J. Brillhart, D. H. Lehmer and J. L. Selfridge, "New primality criteria
/// and factorizations of 2^m ± 1", 1975). In pieces.
/// </summary>
/// <param name="number">Odd, above 2^64, a probable prime.</param>
/// <param name="arithmetic">What multiplies.</param>
internal sealed class PredecessorProof(BigInteger number, LimbArithmetic arithmetic)
{
    // What is left after division by small primes is split up to so many bits: a millisecond's work.
    private const int SplitBitsMax = 100;

    // Beyond two words only special forms fall apart, and those have the smallest primes, up to about 600.
    private const int LongProductsMax = 16;

    // Each prime of n - 1 costs as much as a third of the test that a number has passed before: more of them are not
    // cheap.
    private const int PrimesMax = 8;

    // Limb products in a piece: about 100 microseconds' worth.
    private const int PieceProducts = 100_000;

    // Of bases all but one in p show what is wanted for p.
    private const int BasesMax = 20;

    private readonly ResidueRing _ring = new(number, arithmetic);
    private readonly BigInteger _predecessor = number - 1;

    /// <summary>Whether the number is proved prime, once <see cref="Work"/> has come to its end.</summary>
    public bool IsProved { get; private set; }

    public IEnumerable<bool> Work()
    {
        var (primes, product) = Choose(KnownPrimes());
        yield return true;
        if (BigInteger.Pow(product, 3) <= number)
            yield break;
        foreach (var prime in primes)
        {
            var isShown = false;
            foreach (var piece in Show(prime, () => isShown = true))
                yield return piece;
            if (!isShown)
                yield break;
        }

        // All prime factors are 1 modulo the product F, so there are at most two: (aF + 1)(bF + 1) has abF² + (a + b)F.
        var quotient = number / product;
        var (c2, c1) = (quotient / product, quotient % product);
        IsProved = BigInteger.Pow(product, 2) > number
            || (c1 * c1) - (4 * c2) is var square && (square.Sign < 0 || !PerfectPower.IsSquare(square));
    }

    /// <summary>Whether a number is prime for certain.</summary>
    private static bool IsProvedPrime(BigInteger number, LimbArithmetic arithmetic)
    {
        if (number >= WordPrimality.Bound || !WordPrimality.IsPrime((UInt128)number))
            return false;
        if (number >> 64 == 0)
            return true;
        if (number < MillerRabin.ThirteenBasesBound)
            return MillerRabin.IsPrime(new Montgomery128((UInt128)number), (UInt128)number);
        var proof = new PredecessorProof(number, arithmetic);
        proof.Work().RunToEnd();
        return proof.IsProved;
    }

    // Powers of primes that divide n - 1 exactly so often.
    private List<(BigInteger Prime, BigInteger Power)> KnownPrimes()
    {
        var known = new List<(BigInteger, BigInteger)>();
        var rest = _predecessor >> (int)BigInteger.TrailingZeroCount(_predecessor);
        known.Add((2, _predecessor / rest));
        var limbs = Limbs.From(rest);
        var products = number < WordPrimality.Bound ? PrimeProducts.All.Length : LongProductsMax;
        foreach (var product in PrimeProducts.All.AsSpan(0, products))
        {
            var common = (ulong)Words.CommonDivisor(arithmetic.Remainder(limbs, product), product);
            foreach (var prime in PrimeSieve.Small)
            {
                if (common == 1)
                    break;
                if (common % prime != 0)
                    continue;
                common /= prime;
                known.Add((prime, Divide(ref rest, prime)));
            }
        }

        if (rest.GetBitLength() <= SplitBitsMax)
        {
            using var ladder = new FactorizeKernel(rest, arithmetic);
            ladder.Step(SliceBudget.Unlimited);
            foreach (var (prime, exponent) in ladder.Result.Factors)
                if (IsProvedPrime(prime, arithmetic))
                    known.Add((prime, BigInteger.Pow(prime, exponent)));
        }
        else if (IsProvedPrime(rest, arithmetic))
        {
            known.Add((rest, rest));
        }

        return known;
    }

    private static BigInteger Divide(ref BigInteger rest, int prime)
    {
        var power = BigInteger.One;
        while (BigInteger.DivRem(rest, prime) is var (quotient, remainder) && remainder.IsZero)
        {
            rest = quotient;
            power *= prime;
        }

        return power;
    }

    // The largest powers, as few as will do.
    private (List<BigInteger> Primes, BigInteger Product) Choose(List<(BigInteger Prime, BigInteger Power)> known)
    {
        var primes = new List<BigInteger>();
        var product = BigInteger.One;
        foreach (var (prime, power) in known.OrderByDescending(part => part.Power).Take(PrimesMax))
        {
            if (BigInteger.Pow(product, 3) > number)
                break;
            primes.Add(prime);
            product *= power;
        }

        return (primes, product);
    }

    // A base a with a^(n - 1) = 1 while a^((n - 1) / p) - 1 has no factor in common with n shows that the prime factors
    // of n are 1 modulo p's power.
    private IEnumerable<bool> Show(BigInteger prime, Action shown)
    {
        foreach (var candidate in PrimeSieve.Small.Take(BasesMax))
        {
            var power = _ring.From(candidate);
            foreach (var piece in Raise(power, _predecessor / prime))
                yield return piece;
            ulong[] difference = [.. power];
            _ring.Subtract(difference, _ring.One);
            if (!difference.AsSpan().ContainsAnyExcept(0UL))
                continue;
            foreach (var piece in Raise(power, prime))
                yield return piece;
            if (power.AsSpan().SequenceEqual(_ring.One)
                && BigInteger.GreatestCommonDivisor(Limbs.ToBigInteger(difference), number).IsOne)
                shown();
            yield break;
        }
    }

    private IEnumerable<bool> Raise(ulong[] power, BigInteger exponent)
    {
        ulong[] factor = [.. power];
        var bits = Limbs.From(exponent);
        var steps = Math.Max(1, PieceProducts / (_ring.Count * _ring.Count));
        for (var bit = (int)exponent.GetBitLength() - 2; bit >= 0; bit--)
        {
            _ring.Square(power, power);
            if ((bits[bit >> 6] >> (bit & 63) & 1) != 0)
                _ring.Multiply(power, factor, power);
            if (bit % steps == 0)
                yield return true;
        }
    }
}
