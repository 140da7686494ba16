namespace Turnstile.Numerics;

/// <summary>Primality below 2^127, where the arithmetic fits two machine words.</summary>
internal static class WordPrimality
{
    /// <summary>The numbers this decides lie below it.</summary>
    public static readonly UInt128 Bound = UInt128.One << 127;

    /// <summary>
    /// Whether a number is prime. Proved below 2^64; above it, a strong Baillie-PSW test (R. Baillie and S. S.
    /// Wagstaff, "Lucas pseudoprimes", 1980) in the extra strong form of J. Grantham, "Frobenius pseudoprimes", 2000.
    /// </summary>
    public static bool IsPrime(UInt128 number)
    {
        if (number >> 64 == 0)
            return MillerRabin.IsPrime((ulong)number);
        if (((ulong)number & 1) == 0)
            return false;
        var ring = new Montgomery128(number);
        return MillerRabin.Passes(ring, number, ring.From(2)) && PassesLucas(ring, number);
    }

    /// <summary>
    /// The extra strong Lucas test with Q = 1 and the smallest P from 3 that has (P² - 4 / number) = -1.
    /// </summary>
    private static bool PassesLucas(in Montgomery128 ring, UInt128 number)
    {
        var first = 3UL;
        for (; ; first++)
        {
            var symbol = JacobiSymbol.Of((first * first) - 4, (ulong)number, odd => (ulong)(number % odd));
            if (symbol == -1)
                break;
            if (symbol == 0 || (first == 20 && IsSquare(number)))
                return false;
        }

        var two = ring.From(2);
        var p = ring.From(first);
        var odd = number + 1;
        var twos = (int)UInt128.TrailingZeroCount(odd);
        odd >>= twos;
        var v = p;
        var next = ring.Subtract(ring.Multiply(p, p), two);
        for (var bit = Words.BitLength(odd) - 2; bit >= 0; bit--)
        {
            var between = ring.Subtract(ring.Multiply(v, next), p);
            if ((odd >> bit & 1) != 0)
            {
                v = between;
                next = ring.Subtract(ring.Multiply(next, next), two);
            }
            else
            {
                next = between;
                v = ring.Subtract(ring.Multiply(v, v), two);
            }
        }

        if ((v == two || v == ring.Subtract(ring.Zero, two)) && ring.Add(next, next) == ring.Multiply(p, v))
            return true;
        for (var i = 0; i < twos - 1; i++)
        {
            if (v == ring.Zero)
                return true;
            v = ring.Subtract(ring.Multiply(v, v), two);
        }

        return false;
    }

    private static bool IsSquare(UInt128 number)
    {
        var root = Words.SquareRoot(number);
        return (UInt128)root * root == number;
    }
}
