using System.Numerics;
using System.Runtime.InteropServices;

namespace Turnstile.Numerics;

/// <summary>The light, linear operations on natural numbers as 64-bit limbs, least significant first.</summary>
internal static class Limbs
{
    /// <summary>The limbs of a natural number without leading zeros; none for zero.</summary>
    public static ulong[] From(BigInteger value)
    {
        var limbs = new ulong[(value.GetByteCount(isUnsigned: true) + 7) / 8];
        value.TryWriteBytes(MemoryMarshal.AsBytes(limbs.AsSpan()), out _, isUnsigned: true);
        return limbs.AsSpan().TrimEnd(0UL).Length is var count && count == limbs.Length ? limbs : limbs[..count];
    }

    /// <summary>The number that the limbs spell.</summary>
    public static BigInteger ToBigInteger(ReadOnlySpan<ulong> limbs) =>
        new(MemoryMarshal.AsBytes(limbs), isUnsigned: true);

    /// <summary>Without leading zeros.</summary>
    public static ReadOnlySpan<ulong> Trim(ReadOnlySpan<ulong> limbs) => limbs.TrimEnd(0UL);

    /// <summary>
    /// Adds <paramref name="b"/>, not longer, to <paramref name="a"/> in place and returns the carry.
    /// </summary>
    public static bool Add(Span<ulong> a, ReadOnlySpan<ulong> b)
    {
        var carry = 0UL;
        for (var i = 0; i < b.Length; i++)
        {
            var sum = a[i] + b[i];
            var over = sum < b[i] ? 1UL : 0UL;
            a[i] = sum + carry;
            carry = over | (a[i] < carry ? 1UL : 0UL);
        }

        for (var i = b.Length; carry != 0 && i < a.Length; i++)
            carry = ++a[i] == 0 ? 1UL : 0UL;
        return carry != 0;
    }

    /// <summary>
    /// Subtracts <paramref name="b"/>, not longer, from <paramref name="a"/> in place and returns the borrow.
    /// </summary>
    public static bool Subtract(Span<ulong> a, ReadOnlySpan<ulong> b)
    {
        var borrow = 0UL;
        for (var i = 0; i < b.Length; i++)
        {
            var difference = a[i] - b[i];
            var under = a[i] < b[i] ? 1UL : 0UL;
            a[i] = difference - borrow;
            borrow = under | (difference < borrow ? 1UL : 0UL);
        }

        for (var i = b.Length; borrow != 0 && i < a.Length; i++)
            borrow = a[i]-- == 0 ? 1UL : 0UL;
        return borrow != 0;
    }

    /// <summary>Compares two numbers of equally many limbs.</summary>
    public static int Compare(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        for (var i = a.Length - 1; i >= 0; i--)
            if (a[i] != b[i])
                return a[i] < b[i] ? -1 : 1;
        return 0;
    }

    /// <summary>
    /// Writes the limbs times 2 to the <paramref name="bits"/>, below 64, to <paramref name="shifted"/>, which is as
    /// long, and returns what is shifted out.
    /// </summary>
    public static ulong ShiftLeft(ReadOnlySpan<ulong> limbs, int bits, Span<ulong> shifted)
    {
        if (bits == 0)
        {
            limbs.CopyTo(shifted);
            return 0;
        }

        var low = 0UL;
        for (var i = 0; i < limbs.Length; i++)
        {
            var limb = limbs[i];
            shifted[i] = (limb << bits) | low;
            low = limb >> (64 - bits);
        }

        return low;
    }

    /// <summary>
    /// The inverse of an odd number modulo 2^64 (Newton's iteration; each step doubles the correct bits).
    /// </summary>
    public static ulong InverseOfOdd(ulong odd)
    {
        var inverse = (3 * odd) ^ 2;
        inverse *= 2 - (odd * inverse);
        inverse *= 2 - (odd * inverse);
        inverse *= 2 - (odd * inverse);
        return inverse * (2 - (odd * inverse));
    }
}
