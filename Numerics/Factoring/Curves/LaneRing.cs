using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
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
    private readonly ulong[] _wholeModulus;
    private readonly ulong _wholeInverse;
    private readonly BigInteger _radix;
    private readonly LaneProducts _products;

    public LaneRing(BigInteger modulus)
        : this(modulus, FastestProducts)
    {
    }

    /// <param name="modulus">Odd.</param>
    /// <param name="products">How limbs are multiplied; all ways give equal residues.</param>
    internal LaneRing(BigInteger modulus, LaneProducts products)
    {
        Modulus = modulus;
        _products = products;
        Limbs52 = LimbsFor(modulus);
        _radix = BigInteger.One << (LimbBits * Limbs52);
        _modulus = new Vector512<double>[Limbs52];
        _wholeModulus = new ulong[Limbs52];
        _twice = new Vector512<long>[Limbs52];
        for (var i = 0; i < Limbs52; i++)
        {
            _wholeModulus[i] = (ulong)((modulus >> (LimbBits * i)) & Mask);
            _modulus[i] = Vector512.Create((double)_wholeModulus[i]);
            _twice[i] = Vector512.Create((long)(((2 * modulus) >> (LimbBits * i)) & Mask));
        }

        var inverse = Turnstile.Numerics.Limbs.InverseOfOdd((ulong)(modulus & ulong.MaxValue));
        _wholeInverse = 0 - inverse;
        _negatedInverse = Vector512.Create((double)((long)_wholeInverse & Mask));

        // Column k of a product takes the lower halves of pairs i + j = k and the upper halves of pairs i + j = k -
        // 1, once from the factors and once from the reduction; each brings the constant that its addition to a large
        // double left.
        _bias = new Vector512<long>[2 * Limbs52];
        var lowBias = products == LaneProducts.Truncated ? TruncatedSplit.LowBias : RoundedSplit.LowBias;
        for (var k = 0; k < 2 * Limbs52; k++)
            _bias[k] = Vector512.Create(-(2 * ((Pairs(k) * lowBias) + (Pairs(k - 1) * HighBias))));
    }

    /// <summary>What suits this machine.</summary>
    public static LaneProducts FastestProducts { get; } =
        Avx512F.IsSupported ? LaneProducts.Truncated
        : Fma.IsSupported || AdvSimd.Arm64.IsSupported ? LaneProducts.Rounded
        : LaneProducts.Whole;

    public BigInteger Modulus { get; }

    /// <summary>Vectors in an element.</summary>
    public int Limbs52 { get; }

    /// <summary>64-bit words in an element.</summary>
    public int Words => Limbs52 * Lanes;

    private static long HighBias => BitConverter.DoubleToInt64Bits(Two104);

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
        switch (_products)
        {
            case LaneProducts.Truncated:
                Multiply<TruncatedSplit>(a, b, product);
                break;
            case LaneProducts.Rounded:
                Multiply<RoundedSplit>(a, b, product);
                break;
            default:
                MultiplyWhole(a, b, product);
                break;
        }
    }

    private void Multiply<TSplit>(long* a, long* b, long* product)
        where TSplit : struct, ILimbSplit
    {
        // In halves of vectors the unrolled ones have too few registers, and take two to four times as long.
        switch (Vector512.IsHardwareAccelerated ? Limbs52 : int.MaxValue)
        {
            case 2:
                Multiply2<TSplit>(a, b, product);
                break;
            case 3:
                Multiply3<TSplit>(a, b, product);
                break;
            default:
                MultiplyMany<TSplit>(a, b, product);
                break;
        }
    }

    // Lane by lane in integers. A factor shifted up by what a limb lacks of a word splits products where limbs end.
    [SkipLocalsInit]
    private void MultiplyWhole(long* a, long* b, long* product)
    {
        const int Missing = 64 - LimbBits;
        var count = Limbs52;
        var sums = stackalloc ulong[count + 1];
        for (var lane = 0; lane < Lanes; lane++)
        {
            new Span<ulong>(sums, count + 1).Clear();
            for (var i = 0; i < count; i++)
            {
                var factor = (ulong)a[(i * Lanes) + lane] << Missing;
                var high = Math.BigMul(factor, (ulong)b[lane], out var low);
                var column = sums[0] + (low >> Missing);
                var quotient = ((column * _wholeInverse) & (ulong)Mask) << Missing;
                var highReduced = Math.BigMul(quotient, _wholeModulus[0], out low);
                var carry = ((column + (low >> Missing)) >> LimbBits) + high + highReduced;
                for (var j = 1; j < count; j++)
                {
                    high = Math.BigMul(factor, (ulong)b[(j * Lanes) + lane], out low);
                    column = sums[j] + carry + (low >> Missing);
                    highReduced = Math.BigMul(quotient, _wholeModulus[j], out low);
                    column += low >> Missing;
                    sums[j - 1] = column & (ulong)Mask;
                    carry = (column >> LimbBits) + high + highReduced;
                }

                column = sums[count] + carry;
                sums[count - 1] = column & (ulong)Mask;
                sums[count] = column >> LimbBits;
            }

            for (var i = 0; i < count; i++)
                product[(i * Lanes) + lane] = (long)sums[i];
        }
    }

    [SkipLocalsInit]
    private void MultiplyMany<TSplit>(long* a, long* b, long* product)
        where TSplit : struct, ILimbSplit
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
            AddProducts<TSplit>(column, factor, reals, count);
            var quotient = Quotient<TSplit>(Vector512.Load(column));
            var next = Vector512.Load(column);
            for (var j = 0; j < count; j++)
            {
                TSplit.Split(quotient, _modulus[j], out var high, out var low);
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
    private static void AddProducts<TSplit>(long* column, Vector512<double> factor, double* reals, int count)
        where TSplit : struct, ILimbSplit
    {
        var next = Vector512.Load(column);
        for (var j = 0; j < count; j++)
        {
            TSplit.Split(factor, Vector512.Load(reals + (j * Lanes)), out var high, out var low);
            (next + low).Store(column + (j * Lanes));
            next = Vector512.Load(column + ((j + 1) * Lanes)) + high;
        }

        next.Store(column + (count * Lanes));
    }

    // Inlined where a profile says so, both together leave too few registers: curves then take three times as long.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Multiply2<TSplit>(long* a, long* b, long* product)
        where TSplit : struct, ILimbSplit
    {
        var (b0, b1) = (ToDouble(Vector512.Load(b)), ToDouble(Vector512.Load(b + Lanes)));
        var (n0, n1) = (_modulus[0], _modulus[1]);
        var (t0, t1, t2, t3) = (_bias[0], _bias[1], _bias[2], _bias[3]);
        var factor = ToDouble(Vector512.Load(a));
        Accumulate<TSplit>(factor, b0, ref t0, ref t1);
        Accumulate<TSplit>(factor, b1, ref t1, ref t2);
        factor = Quotient<TSplit>(t0);
        Accumulate<TSplit>(factor, n0, ref t0, ref t1);
        Accumulate<TSplit>(factor, n1, ref t1, ref t2);
        t1 += t0 >> LimbBits;
        factor = ToDouble(Vector512.Load(a + Lanes));
        Accumulate<TSplit>(factor, b0, ref t1, ref t2);
        Accumulate<TSplit>(factor, b1, ref t2, ref t3);
        factor = Quotient<TSplit>(t1);
        Accumulate<TSplit>(factor, n0, ref t1, ref t2);
        Accumulate<TSplit>(factor, n1, ref t2, ref t3);
        t2 += t1 >> LimbBits;
        t3 += t2 >> LimbBits;
        (t2 & Vector512.Create(Mask)).Store(product);
        t3.Store(product + Lanes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Multiply3<TSplit>(long* a, long* b, long* product)
        where TSplit : struct, ILimbSplit
    {
        var (b0, b1, b2) = (
            ToDouble(Vector512.Load(b)),
            ToDouble(Vector512.Load(b + Lanes)),
            ToDouble(Vector512.Load(b + (2 * Lanes))));
        var (n0, n1, n2) = (_modulus[0], _modulus[1], _modulus[2]);
        var (t0, t1, t2, t3, t4, t5) = (_bias[0], _bias[1], _bias[2], _bias[3], _bias[4], _bias[5]);
        var factor = ToDouble(Vector512.Load(a));
        Accumulate<TSplit>(factor, b0, ref t0, ref t1);
        Accumulate<TSplit>(factor, b1, ref t1, ref t2);
        Accumulate<TSplit>(factor, b2, ref t2, ref t3);
        factor = Quotient<TSplit>(t0);
        Accumulate<TSplit>(factor, n0, ref t0, ref t1);
        Accumulate<TSplit>(factor, n1, ref t1, ref t2);
        Accumulate<TSplit>(factor, n2, ref t2, ref t3);
        t1 += t0 >> LimbBits;
        factor = ToDouble(Vector512.Load(a + Lanes));
        Accumulate<TSplit>(factor, b0, ref t1, ref t2);
        Accumulate<TSplit>(factor, b1, ref t2, ref t3);
        Accumulate<TSplit>(factor, b2, ref t3, ref t4);
        factor = Quotient<TSplit>(t1);
        Accumulate<TSplit>(factor, n0, ref t1, ref t2);
        Accumulate<TSplit>(factor, n1, ref t2, ref t3);
        Accumulate<TSplit>(factor, n2, ref t3, ref t4);
        t2 += t1 >> LimbBits;
        factor = ToDouble(Vector512.Load(a + (2 * Lanes)));
        Accumulate<TSplit>(factor, b0, ref t2, ref t3);
        Accumulate<TSplit>(factor, b1, ref t3, ref t4);
        Accumulate<TSplit>(factor, b2, ref t4, ref t5);
        factor = Quotient<TSplit>(t2);
        Accumulate<TSplit>(factor, n0, ref t2, ref t3);
        Accumulate<TSplit>(factor, n1, ref t3, ref t4);
        Accumulate<TSplit>(factor, n2, ref t4, ref t5);
        t3 += t2 >> LimbBits;
        t4 += t3 >> LimbBits;
        t5 += t4 >> LimbBits;
        (t3 & Vector512.Create(Mask)).Store(product);
        (t4 & Vector512.Create(Mask)).Store(product + Lanes);
        t5.Store(product + (2 * Lanes));
    }

    // What the modulus is to be multiplied by to clear a complete column. Its own lowest product is still to come, and
    // with it one bias.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Quotient<TSplit>(Vector512<long> column)
        where TSplit : struct, ILimbSplit
    {
        if (!TSplit.IsLowPositive)
            column += Vector512.Create(TSplit.LowBias);
        TSplit.Split(ToDouble(column & Vector512.Create(Mask)), _negatedInverse, out _, out var low);
        return TSplit.IsLowPositive
            ? low.AsDouble() - Vector512.Create(Two52)
            : ToDouble((low - Vector512.Create(TSplit.LowBias)) & Vector512.Create(Mask));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate<TSplit>(
        Vector512<double> a, Vector512<double> b, ref Vector512<long> low, ref Vector512<long> high)
        where TSplit : struct, ILimbSplit
    {
        TSplit.Split(a, b, out var h, out var l);
        low += l;
        high += h;
    }

    // Limbs below 2^52 become the mantissa of a number from 2^52 to 2^53.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ToDouble(Vector512<long> limbs) =>
        (limbs | Vector512.Create(BitConverter.DoubleToInt64Bits(Two52))).AsDouble() - Vector512.Create(Two52);

    private long Pairs(int column) =>
        column < 0 || column > (2 * Limbs52) - 2 ? 0 : Math.Min(column, (2 * Limbs52) - 2 - column) + 1;
}
