namespace Turnstile.Numerics;

/// <summary>
/// The strong probable prime test (G. L. Miller, "Riemann's hypothesis and tests for primality", 1976; M. O. Rabin,
/// "Probabilistic algorithm for testing primality", 1980) with sets of bases that no composite below a bound passes.
/// </summary>
internal static class MillerRabin
{
    /// <summary>
    /// No composite below this passes the first thirteen primes (J. Sorenson and J. Webster, "Strong pseudoprimes to
    /// twelve prime bases", 2015).
    /// </summary>
    public static readonly UInt128 ThirteenBasesBound = new(179817, 5885577656943027709);

    private static readonly ulong[] ThirteenPrimes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41];

    // 3 bases to 2^32 (G. Jaeschke, "On strong pseudoprimes to several bases", 1993);
    // 7 bases to 2^64 (J. Sinclair, 2011, checked against J. Feitsma's list of base-2 pseudoprimes).
    private static readonly ulong[] BasesTo32Bits = [2, 7, 61];
    private static readonly ulong[] BasesTo64Bits = [2, 325, 9375, 28178, 450775, 9780504, 1795265022];

    /// <summary>Decides primality below 2^64.</summary>
    public static bool IsPrime(ulong number)
    {
        if (number < 64)
            return (0x28208A20A08A28ACUL >> (int)number & 1) != 0;
        if ((number & 1) == 0 || number % 3 == 0 || number % 5 == 0 || number % 7 == 0)
            return false;
        var ring = new Montgomery64(number);
        foreach (var witness in number <= uint.MaxValue ? BasesTo32Bits : BasesTo64Bits)
        {
            // A base that is a multiple of the number says nothing; the bases are proved sufficient without it.
            var residue = ring.From(witness);
            if (residue != 0 && !Passes(ring, number, residue))
                return false;
        }

        return true;
    }

    /// <summary>Decides primality of an odd number from 2^64 to <see cref="ThirteenBasesBound"/>.</summary>
    public static bool IsPrime(in Montgomery128 ring, UInt128 number)
    {
        foreach (var witness in ThirteenPrimes)
            if (!Passes(ring, number, ring.From(witness)))
                return false;
        return true;
    }

    /// <summary>Whether an odd number is a strong probable prime to a base.</summary>
    public static bool Passes<TRing, T>(TRing ring, UInt128 number, T witness)
        where TRing : struct, IWordRing<T>
        where T : unmanaged, IEquatable<T>
    {
        var odd = number - 1;
        var twos = (int)UInt128.TrailingZeroCount(odd);
        odd >>= twos;
        var minusOne = ring.Subtract(ring.Zero, ring.One);
        var power = witness;
        for (var bit = Words.BitLength(odd) - 2; bit >= 0; bit--)
        {
            power = ring.Multiply(power, power);
            if ((odd >> bit & 1) != 0)
                power = ring.Multiply(power, witness);
        }

        if (power.Equals(ring.One) || power.Equals(minusOne))
            return true;
        for (var i = 1; i < twos; i++)
        {
            power = ring.Multiply(power, power);
            if (power.Equals(minusOne))
                return true;
        }

        return false;
    }
}
