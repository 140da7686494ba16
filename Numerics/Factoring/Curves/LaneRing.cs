using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Turnstile.Numerics;

/// <summary>
/// Arithmetic modulo one odd number on eight residues at once. A residue is kept as a multiple of a power of two
/// (P. L. Montgomery, "Modular multiplication without trial division", 1985) in limbs of 52 bits, whose products are
/// formed exactly by fused multiply-adds of doubles (N. Emmart, F. Zheng and C. Weems, "Faster modular exponentiation
/// using double precision floating point arithmetic on the GPU", 2018).
/// </summary>
/// <remarks>
/// An element is memory for <see cref="Limbs52"/> vectors of limbs from 0 to below 2^52; its value is below twice the
/// modulus, and sums are below four times: four spare bits make that safe to multiply. Owns scratch memory: one
/// thread at a time.
/// </remarks>
internal sealed unsafe class LaneRing
{
    /// <summary>Residues in an element.</summary>
    public const int Lanes = 8;

    private const int LimbBits = 52;
    private const int SpareBits = 4;
    private const long Mask = (1L << LimbBits) - 1;
    private const double Two52 = 4503599627370496.0;
    private const double Two104 = Two52 * Two52;

    private readonly Vector512<double>[] _modulus;
    private readonly Vector512<long>[] _twice;
    private readonly Vector512<long>[] _bias;
    private readonly Vector512<double> _negatedInverse;
    private readonly BigInteger _radix;

    public LaneRing(BigInteger modulus)
    {
        Modulus = modulus;
        Limbs52 = LimbsFor(modulus);
        _radix = BigInteger.One << (LimbBits * Limbs52);
        _modulus = new Vector512<double>[Limbs52];
        _twice = new Vector512<long>[Limbs52];
        for (var i = 0; i < Limbs52; i++)
        {
            _modulus[i] = Vector512.Create((double)(long)((modulus >> (LimbBits * i)) & Mask));
            _twice[i] = Vector512.Create((long)(((2 * modulus) >> (LimbBits * i)) & Mask));
        }

        var inverse = Turnstile.Numerics.Limbs.InverseOfOdd((ulong)(modulus & ulong.MaxValue));
        _negatedInverse = Vector512.Create((double)((long)(0 - inverse) & Mask));

        // Column k of a product takes the lower halves of pairs i + j = k and the upper halves of pairs i + j = k -
        // 1, once from the factors and once from the reduction; each brings the constant that its addition to a large
        // double left.
        _bias = new Vector512<long>[2 * Limbs52];
        for (var k = 0; k < 2 * Limbs52; k++)
            _bias[k] = Vector512.Create(-(2 * ((Pairs(k) * LowBias) + (Pairs(k - 1) * HighBias))));
    }

    public BigInteger Modulus { get; }

    /// <summary>Vectors in an element.</summary>
    public int Limbs52 { get; }

    /// <summary>64-bit words in an element.</summary>
    public int Words => Limbs52 * Lanes;

    private static long HighBias => BitConverter.DoubleToInt64Bits(Two104);

    private static long LowBias => BitConverter.DoubleToInt64Bits(Avx512F.IsSupported ? Two52 : 1.5 * Two52);

    /// <summary>Vectors that an element modulo a number takes.</summary>
    public static int LimbsFor(BigInteger modulus) =>
        (int)((modulus.GetBitLength() + SpareBits + LimbBits - 1) / LimbBits);

    /// <summary>Writes the residue of a number to one lane.</summary>
    public void Set(long* element, int lane, BigInteger number)
    {
        number = ((number % Modulus) + Modulus) * _radix % Modulus;
        for (var i = 0; i < Limbs52; i++)
            element[(i * Lanes) + lane] = (long)((number >> (LimbBits * i)) & Mask);
    }

    /// <summary>
    /// The number below twice the modulus that one lane holds, times the radix: enough to take common divisors with.
    /// </summary>
    public BigInteger Raw(long* element, int lane)
    {
        var number = BigInteger.Zero;
        for (var i = Limbs52 - 1; i >= 0; i--)
            number = (number << LimbBits) | element[(i * Lanes) + lane];
        return number;
    }

    public void Copy(long* from, long* to) => Buffer.MemoryCopy(from, to, Words * sizeof(long), Words * sizeof(long));

    /// <summary>Adds; the sum may be one of the terms.</summary>
    public void Add(long* a, long* b, long* sum)
    {
        var carry = Vector512<long>.Zero;
        var mask = Vector512.Create(Mask);
        for (var i = 0; i < Limbs52; i++)
        {
            var limb = Vector512.Load(a + (i * Lanes)) + Vector512.Load(b + (i * Lanes)) + carry;
            carry = limb >> LimbBits;
            (limb & mask).Store(sum + (i * Lanes));
        }
    }

    /// <summary>Subtracts, adding twice the modulus; the difference may be one of the terms, both products.</summary>
    public void Subtract(long* a, long* b, long* difference)
    {
        var carry = Vector512<long>.Zero;
        var mask = Vector512.Create(Mask);
        for (var i = 0; i < Limbs52; i++)
        {
            var limb = Vector512.Load(a + (i * Lanes)) - Vector512.Load(b + (i * Lanes)) + _twice[i] + carry;
            carry = limb >> LimbBits;
            (limb & mask).Store(difference + (i * Lanes));
        }
    }

    /// <summary>Multiplies; the product may be one of the factors.</summary>
    public void Multiply(long* a, long* b, long* product)
    {
        switch (Limbs52)
        {
            case 2:
                Multiply2(a, b, product);
                break;
            case 3:
                Multiply3(a, b, product);
                break;
            default:
                MultiplyMany(a, b, product);
                break;
        }
    }

    [SkipLocalsInit]
    private void MultiplyMany(long* a, long* b, long* product)
    {
        var count = Limbs52;
        var reals = stackalloc double[count * Lanes];
        var sums = stackalloc long[2 * count * Lanes];
        for (var i = 0; i < count; i++)
            ToDouble(Vector512.Load(b + (i * Lanes))).Store(reals + (i * Lanes));
        for (var i = 0; i < 2 * count; i++)
            _bias[i].Store(sums + (i * Lanes));
        for (var i = 0; i < count; i++)
        {
            var column = sums + (i * Lanes);
            var factor = ToDouble(Vector512.Load(a + (i * Lanes)));
            AddProducts(column, factor, reals, count);
            var quotient = Quotient(Vector512.Load(column));
            var next = Vector512.Load(column);
            for (var j = 0; j < count; j++)
            {
                Split(quotient, _modulus[j], out var high, out var low);
                (next + low).Store(column + (j * Lanes));
                next = Vector512.Load(column + ((j + 1) * Lanes)) + high;
            }

            next.Store(column + (count * Lanes));
            (Vector512.Load(column + Lanes) + (Vector512.Load(column) >> LimbBits)).Store(column + Lanes);
        }

        var carry = Vector512<long>.Zero;
        for (var i = 0; i < count; i++)
        {
            var limb = Vector512.Load(sums + ((count + i) * Lanes)) + carry;
            carry = limb >> LimbBits;
            (limb & Vector512.Create(Mask)).Store(product + (i * Lanes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProducts(long* column, Vector512<double> factor, double* reals, int count)
    {
        var next = Vector512.Load(column);
        for (var j = 0; j < count; j++)
        {
            Split(factor, Vector512.Load(reals + (j * Lanes)), out var high, out var low);
            (next + low).Store(column + (j * Lanes));
            next = Vector512.Load(column + ((j + 1) * Lanes)) + high;
        }

        next.Store(column + (count * Lanes));
    }

    private void Multiply2(long* a, long* b, long* product)
    {
        var (b0, b1) = (ToDouble(Vector512.Load(b)), ToDouble(Vector512.Load(b + Lanes)));
        var (n0, n1) = (_modulus[0], _modulus[1]);
        var (t0, t1, t2, t3) = (_bias[0], _bias[1], _bias[2], _bias[3]);
        var factor = ToDouble(Vector512.Load(a));
        Accumulate(factor, b0, ref t0, ref t1);
        Accumulate(factor, b1, ref t1, ref t2);
        factor = Quotient(t0);
        Accumulate(factor, n0, ref t0, ref t1);
        Accumulate(factor, n1, ref t1, ref t2);
        t1 += t0 >> LimbBits;
        factor = ToDouble(Vector512.Load(a + Lanes));
        Accumulate(factor, b0, ref t1, ref t2);
        Accumulate(factor, b1, ref t2, ref t3);
        factor = Quotient(t1);
        Accumulate(factor, n0, ref t1, ref t2);
        Accumulate(factor, n1, ref t2, ref t3);
        t2 += t1 >> LimbBits;
        t3 += t2 >> LimbBits;
        (t2 & Vector512.Create(Mask)).Store(product);
        t3.Store(product + Lanes);
    }

    private void Multiply3(long* a, long* b, long* product)
    {
        var (b0, b1, b2) = (
            ToDouble(Vector512.Load(b)),
            ToDouble(Vector512.Load(b + Lanes)),
            ToDouble(Vector512.Load(b + (2 * Lanes))));
        var (n0, n1, n2) = (_modulus[0], _modulus[1], _modulus[2]);
        var (t0, t1, t2, t3, t4, t5) = (_bias[0], _bias[1], _bias[2], _bias[3], _bias[4], _bias[5]);
        var factor = ToDouble(Vector512.Load(a));
        Accumulate(factor, b0, ref t0, ref t1);
        Accumulate(factor, b1, ref t1, ref t2);
        Accumulate(factor, b2, ref t2, ref t3);
        factor = Quotient(t0);
        Accumulate(factor, n0, ref t0, ref t1);
        Accumulate(factor, n1, ref t1, ref t2);
        Accumulate(factor, n2, ref t2, ref t3);
        t1 += t0 >> LimbBits;
        factor = ToDouble(Vector512.Load(a + Lanes));
        Accumulate(factor, b0, ref t1, ref t2);
        Accumulate(factor, b1, ref t2, ref t3);
        Accumulate(factor, b2, ref t3, ref t4);
        factor = Quotient(t1);
        Accumulate(factor, n0, ref t1, ref t2);
        Accumulate(factor, n1, ref t2, ref t3);
        Accumulate(factor, n2, ref t3, ref t4);
        t2 += t1 >> LimbBits;
        factor = ToDouble(Vector512.Load(a + (2 * Lanes)));
        Accumulate(factor, b0, ref t2, ref t3);
        Accumulate(factor, b1, ref t3, ref t4);
        Accumulate(factor, b2, ref t4, ref t5);
        factor = Quotient(t2);
        Accumulate(factor, n0, ref t2, ref t3);
        Accumulate(factor, n1, ref t3, ref t4);
        Accumulate(factor, n2, ref t4, ref t5);
        t3 += t2 >> LimbBits;
        t4 += t3 >> LimbBits;
        t5 += t4 >> LimbBits;
        (t3 & Vector512.Create(Mask)).Store(product);
        (t4 & Vector512.Create(Mask)).Store(product + Lanes);
        t5.Store(product + (2 * Lanes));
    }

    // What the modulus is to be multiplied by to clear a complete column.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Quotient(Vector512<long> column)
    {
        Split(ToDouble(column & Vector512.Create(Mask)), _negatedInverse, out _, out var low);
        return Avx512F.IsSupported
            ? low.AsDouble() - Vector512.Create(Two52)
            : ToDouble((low - Vector512.Create(LowBias)) & Vector512.Create(Mask));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(
        Vector512<double> a, Vector512<double> b, ref Vector512<long> low, ref Vector512<long> high)
    {
        Split(a, b, out var h, out var l);
        low += l;
        high += h;
    }

    /// <summary>The halves of a product of limbs, each with its bias, as bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split(
        Vector512<double> a, Vector512<double> b, out Vector512<long> high, out Vector512<long> low)
    {
        if (Avx512F.IsSupported)
        {
            // Rounded to zero, the upper half leaves a lower half that is not negative.
            var upper = Avx512F.FusedMultiplyAdd(a, b, Vector512.Create(Two104), FloatRoundingMode.ToZero);
            var rest = Vector512.Create(Two104 + Two52) - upper;
            low = Vector512.FusedMultiplyAdd(a, b, rest).AsInt64();
            high = upper.AsInt64();
        }
        else
        {
            // Rounded to nearest, it may be negative: the bias then has room below.
            var upper = Vector512.FusedMultiplyAdd(a, b, Vector512.Create(Two104));
            var lower = Vector512.FusedMultiplyAdd(a, b, Vector512.Create(Two104) - upper);
            low = (lower + Vector512.Create(1.5 * Two52)).AsInt64();
            high = upper.AsInt64();
        }
    }

    // Limbs below 2^52 become the mantissa of a number from 2^52 to 2^53.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ToDouble(Vector512<long> limbs) =>
        (limbs | Vector512.Create(BitConverter.DoubleToInt64Bits(Two52))).AsDouble() - Vector512.Create(Two52);

    private long Pairs(int column) =>
        column < 0 || column > (2 * Limbs52) - 2 ? 0 : Math.Min(column, (2 * Limbs52) - 2 - column) + 1;
}
