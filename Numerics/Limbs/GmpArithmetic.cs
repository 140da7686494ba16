namespace Turnstile.Numerics;

/// <summary>Limb arithmetic by libgmp.</summary>
internal sealed unsafe class GmpArithmetic : LimbArithmetic
{
    // A product of two times so many limbs takes about two microseconds: the most the garbage collector is made to
    // wait.
    private const int ShortCount = 48;

    public override bool IsNative => true;

    public override void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> product)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(product.Length, a.Length + b.Length);
        if (a == b)
        {
            Square(a, product);
            return;
        }

        if (a.Length < b.Length)
        {
            var swap = a;
            a = b;
            b = swap;
        }

        fixed (ulong* p = product, x = a, y = b)
        {
            if (a.Length <= ShortCount)
                GmpLibrary.MultiplyShort(p, x, a.Length, y, b.Length);
            else
                GmpLibrary.Multiply(p, x, a.Length, y, b.Length);
        }
    }

    public override void Square(ReadOnlySpan<ulong> a, Span<ulong> product)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(product.Length, 2 * a.Length);
        fixed (ulong* p = product, x = a)
        {
            if (a.Length <= ShortCount)
                GmpLibrary.SquareShort(p, x, a.Length);
            else
                GmpLibrary.Square(p, x, a.Length);
        }
    }

    public override void Divide(
        ReadOnlySpan<ulong> numerator, ReadOnlySpan<ulong> divisor, Span<ulong> quotient, Span<ulong> remainder)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numerator.Length, divisor.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(quotient.Length, numerator.Length - divisor.Length + 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(remainder.Length, divisor.Length);
        fixed (ulong* q = quotient, r = remainder, n = numerator, d = divisor)
        {
            if (numerator.Length <= ShortCount)
                GmpLibrary.DivideShort(q, r, 0, n, numerator.Length, d, divisor.Length);
            else
                GmpLibrary.Divide(q, r, 0, n, numerator.Length, d, divisor.Length);
        }
    }

    public override ulong Remainder(ReadOnlySpan<ulong> numerator, ulong divisor)
    {
        fixed (ulong* n = numerator)
            return numerator.Length <= 2 * ShortCount
                ? GmpLibrary.RemainderShort(n, numerator.Length, divisor)
                : GmpLibrary.Remainder(n, numerator.Length, divisor);
    }

    public override ulong AddProduct(Span<ulong> sum, ReadOnlySpan<ulong> a, ulong factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sum.Length, a.Length);
        fixed (ulong* s = sum, x = a)
            return GmpLibrary.AddProductShort(s, x, a.Length, factor);
    }
}
