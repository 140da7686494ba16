using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Turnstile.Numerics;

/// <summary>Arithmetic on numbers of one and two machine words.</summary>
internal static class Words
{
    /// <summary>
    /// The upper word of a product. The lower one is cheaper multiplied again than passed through memory.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyHigh(ulong a, ulong b) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : Math.BigMul(a, b, out _);

    /// <summary>The greatest common divisor; <paramref name="b"/> is odd and not zero.</summary>
    /// <remarks>
    /// Binary, so that no 128-bit division is needed (J. Stein, "Computational problems associated with Racah
    /// algebra", 1967).
    /// </remarks>
    public static UInt128 CommonDivisor(UInt128 a, UInt128 b)
    {
        if (a == 0)
            return b;
        a >>= (int)UInt128.TrailingZeroCount(a);
        while (a != b)
        {
            if (a > b)
            {
                a -= b;
                a >>= (int)UInt128.TrailingZeroCount(a);
            }
            else
            {
                b -= a;
                b >>= (int)UInt128.TrailingZeroCount(b);
            }

            if ((a | b) >> 64 == 0)
                return CommonDivisor((ulong)a, (ulong)b);
        }

        return a;
    }

    /// <summary>The greatest common divisor; <paramref name="b"/> is odd and not zero.</summary>
    public static ulong CommonDivisor(ulong a, ulong b)
    {
        if (a == 0)
            return b;
        a >>= BitOperations.TrailingZeroCount(a);
        while (a != b)
        {
            var (low, high) = a < b ? (a, b) : (b, a);
            b = low;
            a = high - low;
            a >>= BitOperations.TrailingZeroCount(a);
        }

        return a;
    }

    /// <summary>The largest integer whose square is not above <paramref name="value"/>.</summary>
    public static ulong SquareRoot(UInt128 value)
    {
        var root = (ulong)Math.Min(Math.Sqrt((double)value), 18446744073709549568.0);
        while (true)
        {
            var square = (UInt128)root * root;
            if (square > value)
            {
                var excess = (square - value) / ((UInt128)2 * root);
                root -= (ulong)excess + 1;
            }
            else if (value - square > (UInt128)2 * root)
            {
                root += Math.Max(1, (ulong)((value - square) / (((UInt128)2 * root) + 1)));
            }
            else
            {
                return root;
            }
        }
    }

    /// <summary>The number of bits; 0 for 0.</summary>
    public static int BitLength(UInt128 value) => 128 - (int)UInt128.LeadingZeroCount(value);
}
