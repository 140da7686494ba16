using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>The Jacobi symbol (C. G. J. Jacobi, 1837), by quadratic reciprocity.</summary>
internal static class JacobiSymbol
{
    /// <summary>
    /// (<paramref name="a"/> / <paramref name="n"/>) for odd n: 0 where they have a factor in common.
    /// </summary>
    public static int Of(ulong a, ulong n)
    {
        var symbol = 1;
        a %= n;
        while (a != 0)
        {
            var twos = BitOperations.TrailingZeroCount(a);
            a >>= twos;
            if ((twos & 1) != 0 && (n & 7) is 3 or 5)
                symbol = -symbol;
            if ((a & 3) == 3 && (n & 3) == 3)
                symbol = -symbol;
            (a, n) = (n % a, a);
        }

        return n == 1 ? symbol : 0;
    }

    /// <summary>(<paramref name="a"/> / n) for odd n of any size, given n modulo 8 and a way to reduce n.</summary>
    public static int Of(ulong a, ulong lowLimb, Func<ulong, ulong> reduce)
    {
        var symbol = 1;
        var twos = BitOperations.TrailingZeroCount(a);
        var odd = a >> twos;
        if ((twos & 1) != 0 && (lowLimb & 7) is 3 or 5)
            symbol = -symbol;
        if (odd == 1)
            return symbol;
        if ((odd & 3) == 3 && (lowLimb & 3) == 3)
            symbol = -symbol;
        return symbol * Of(reduce(odd), odd);
    }
}
