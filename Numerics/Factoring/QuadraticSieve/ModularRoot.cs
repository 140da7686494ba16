namespace Turnstile.Numerics;

/// <summary>Inverses and square roots modulo primes below 2^31.</summary>
internal static class ModularRoot
{
    /// <summary>
    /// The inverse of <paramref name="value"/>, not a multiple of the prime (Euclid's algorithm, one cofactor).
    /// </summary>
    public static uint Inverse(uint value, uint prime)
    {
        uint a = prime, b = value;
        int u = 0, v = 1;
        while (b > 1)
        {
            var quotient = a / b;
            (a, b) = (b, a - (quotient * b));
            (u, v) = (v, u - ((int)quotient * v));
        }

        return v < 0 ? (uint)(v + (int)prime) : (uint)v;
    }

    public static uint Multiply(uint a, uint b, uint prime) => (uint)((ulong)a * b % prime);

    public static uint Power(uint value, uint exponent, uint prime)
    {
        var result = 1u;
        for (; exponent != 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
                result = Multiply(result, value, prime);
            value = Multiply(value, value, prime);
        }

        return result;
    }

    /// <summary>
    /// A square root of a quadratic residue modulo an odd prime (A. Tonelli, "Bemerkung über die Auflösung
    /// quadratischer Congruenzen", 1891; D. Shanks, "Five number-theoretic algorithms", 1973).
    /// </summary>
    public static uint SquareRoot(uint residue, uint prime)
    {
        if (residue == 0)
            return 0;
        if ((prime & 3) == 3)
            return Power(residue, (prime + 1) / 4, prime);
        var twos = System.Numerics.BitOperations.TrailingZeroCount(prime - 1);
        var odd = (prime - 1) >> twos;
        var nonresidue = 2u;
        while (JacobiSymbol.Of(nonresidue, prime) != -1)
            nonresidue++;
        var generator = Power(nonresidue, odd, prime);
        var root = Power(residue, (odd + 1) / 2, prime);
        var defect = Power(residue, odd, prime);
        while (defect != 1)
        {
            var order = 0;
            for (var square = defect; square != 1; order++)
                square = Multiply(square, square, prime);
            for (; twos > order + 1; twos--)
                generator = Multiply(generator, generator, prime);
            root = Multiply(root, generator, prime);
            generator = Multiply(generator, generator, prime);
            twos = order;
            defect = Multiply(defect, generator, prime);
        }

        return root;
    }
}
