using System.Numerics;
using System.Runtime.InteropServices;

namespace Turnstile.Numerics;

/// <summary>
/// Limb arithmetic where libgmp is missing: word loops for short operands, <see cref="BigInteger"/> (Karatsuba and
/// Toom-Cook products, Burnikel-Ziegler division) for long ones.
/// </summary>
internal sealed class ManagedArithmetic : LimbArithmetic
{
    // Below this many limbs the word loop beats the two conversions around BigInteger's product.
    private const int LoopCount = 32;

    public override bool IsNative => false;

    public override void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> product)
    {
        if (Math.Min(a.Length, b.Length) > LoopCount)
        {
            Write(Limbs.ToBigInteger(a) * Limbs.ToBigInteger(b), product[..(a.Length + b.Length)]);
            return;
        }

        product[..a.Length].Clear();
        for (var i = 0; i < b.Length; i++)
            product[a.Length + i] = AddProduct(product[i..], a, b[i]);
    }

    public override void Square(ReadOnlySpan<ulong> a, Span<ulong> product) => Multiply(a, a, product);

    public override void Divide(
        ReadOnlySpan<ulong> numerator, ReadOnlySpan<ulong> divisor, Span<ulong> quotient, Span<ulong> remainder)
    {
        var (q, r) = BigInteger.DivRem(Limbs.ToBigInteger(numerator), Limbs.ToBigInteger(divisor));
        Write(q, quotient[..(numerator.Length - divisor.Length + 1)]);
        Write(r, remainder[..divisor.Length]);
    }

    public override ulong Remainder(ReadOnlySpan<ulong> numerator, ulong divisor)
    {
        if (divisor > uint.MaxValue)
            return (ulong)(Limbs.ToBigInteger(numerator) % divisor);
        var remainder = 0UL;
        for (var i = numerator.Length - 1; i >= 0; i--)
        {
            remainder = ((remainder << 32) | (numerator[i] >> 32)) % divisor;
            remainder = ((remainder << 32) | (uint)numerator[i]) % divisor;
        }

        return remainder;
    }

    public override ulong AddProduct(Span<ulong> sum, ReadOnlySpan<ulong> a, ulong factor)
    {
        var carry = 0UL;
        for (var i = 0; i < a.Length; i++)
        {
            var high = Math.BigMul(a[i], factor, out var low);
            low += carry;
            high += low < carry ? 1UL : 0UL;
            var limb = sum[i] + low;
            carry = high + (limb < low ? 1UL : 0UL);
            sum[i] = limb;
        }

        return carry;
    }

    private static void Write(BigInteger value, Span<ulong> limbs)
    {
        limbs.Clear();
        if (!value.TryWriteBytes(MemoryMarshal.AsBytes(limbs), out _, isUnsigned: true))
            throw new ArgumentException("The result has more limbs than there is room for.", nameof(limbs));
    }
}
