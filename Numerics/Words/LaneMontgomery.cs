using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Turnstile.Numerics;

/// <summary>
/// The arithmetic of <see cref="LaneRing"/> for odd numbers below 2^100, whose residues stay in registers: eight
/// computations at once for algorithms over <see cref="IWordRing{T}"/>.
/// </summary>
internal readonly struct LaneMontgomery : IWordRing<LanePair>
{
    /// <summary>Bits that a modulus may have at most.</summary>
    public const int BitsMax = 100;

    private const int LimbBits = 52;
    private const long Mask = (1L << LimbBits) - 1;
    private const double Two52 = 4503599627370496.0;
    private const double Two104 = Two52 * Two52;

    private readonly UInt128 _number;
    private readonly Vector512<double> _low;
    private readonly Vector512<double> _high;
    private readonly Vector512<double> _negatedInverse;
    private readonly LanePair _twice;
    private readonly LanePair _square;

    public LaneMontgomery(UInt128 number)
    {
        _number = number;
        _low = Vector512.Create((double)((long)number & Mask));
        _high = Vector512.Create((double)(long)(number >> LimbBits));
        _negatedInverse = Vector512.Create((double)((long)(0 - Limbs.InverseOfOdd((ulong)number)) & Mask));
        _twice = Spread(2 * number);
        One = Spread((UInt128.One << 104) % number);

        // The residue of 2^104: 2^13 by doubling, then squared three times.
        var square = (UInt128.One << 104) % number;
        for (var i = 0; i < 13; i++)
            square = square >= number - square ? square - (number - square) : 2 * square;
        var power = Spread(square);
        for (var i = 0; i < 3; i++)
            power = Multiply(power, power);
        _square = power;
    }

    /// <summary>Whether this machine makes it worth while.</summary>
    public static bool IsSupported => Avx512F.IsSupported;

    public LanePair Zero => default;

    public LanePair One { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LanePair Add(LanePair a, LanePair b) => Carry(a.Low + b.Low, a.High + b.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LanePair Subtract(LanePair a, LanePair b) =>
        Carry(a.Low - b.Low + _twice.Low, a.High - b.High + _twice.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LanePair Multiply(LanePair a, LanePair b)
    {
        var (a0, a1) = (ToDouble(a.Low), ToDouble(a.High));
        var (b0, b1) = (ToDouble(b.Low), ToDouble(b.High));
        Split(a0, b0, out var h00, out var l00);
        Split(a0, b1, out var h01, out var l01);
        Split(a1, b0, out var h10, out var l10);
        Split(a1, b1, out var h11, out var l11);
        var t0 = l00 & Vector512.Create(Mask);
        var t1 = h00 + l01 + l10;
        var t2 = h01 + h10 + l11;

        var quotient = Quotient(t0);
        Split(quotient, _low, out var hq0, out var lq0);
        Split(quotient, _high, out var hq1, out var lq1);
        t1 += hq0 + lq1 + ((t0 + lq0 - Vector512.Create(LowBias)) >> LimbBits);
        t1 -= Vector512.Create((2 * HighBias) + (3 * LowBias));
        t2 += hq1;

        quotient = Quotient(t1 & Vector512.Create(Mask));
        Split(quotient, _low, out hq0, out lq0);
        Split(quotient, _high, out hq1, out lq1);
        t2 += hq0 + lq1 + ((t1 + lq0 - Vector512.Create(LowBias)) >> LimbBits);
        t2 -= Vector512.Create((4 * HighBias) + (2 * LowBias));
        return Carry(t2, h11 + hq1 - Vector512.Create(2 * HighBias));
    }

    public LanePair From(ulong value) => Multiply(Spread(value), _square);

    /// <summary>The residues of eight numbers from <paramref name="first"/> on.</summary>
    public LanePair Sequence(ulong first) =>
        Multiply(new(Vector512.Create((long)first) + Vector512<long>.Indices, Vector512<long>.Zero), _square);

    /// <summary>
    /// A proper divisor that one of the residues has in common with the number; else 1, or the number.
    /// </summary>
    public UInt128 CommonDivisor(LanePair a)
    {
        // The product of all lanes tells whether any of them has one.
        var product = a;
        for (var shift = 4; shift > 0; shift >>= 1)
            product = Multiply(product, Rotate(product, shift));
        var any = CommonDivisor(product, 0);
        if (any == 1)
            return 1;
        for (var lane = 0; lane < Vector512<long>.Count; lane++)
            if (CommonDivisor(a, lane) is var divisor && divisor != 1 && divisor != _number)
                return divisor;
        return any;
    }

    private static long HighBias => BitConverter.DoubleToInt64Bits(Two104);

    private static long LowBias => BitConverter.DoubleToInt64Bits(Two52);

    private UInt128 CommonDivisor(LanePair a, int lane) =>
        Words.CommonDivisor((((UInt128)(ulong)a.High[lane] << LimbBits) | (ulong)a.Low[lane]) % _number, _number);

    private static LanePair Rotate(LanePair a, int lanes)
    {
        var indices = (Vector512<long>.Indices + Vector512.Create((long)lanes)) & Vector512.Create(7L);
        return new(Vector512.Shuffle(a.Low, indices), Vector512.Shuffle(a.High, indices));
    }

    private static LanePair Spread(UInt128 number) =>
        new(Vector512.Create((long)number & Mask), Vector512.Create((long)(number >> LimbBits)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static LanePair Carry(Vector512<long> low, Vector512<long> high) =>
        new(low & Vector512.Create(Mask), high + (low >> LimbBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Quotient(Vector512<long> column)
    {
        Split(ToDouble(column), _negatedInverse, out _, out var low);
        return low.AsDouble() - Vector512.Create(Two52);
    }

    // The upper half is rounded to zero, so that the lower half is not negative; both carry a bias.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split(
        Vector512<double> a, Vector512<double> b, out Vector512<long> high, out Vector512<long> low)
    {
        var upper = Avx512F.FusedMultiplyAdd(a, b, Vector512.Create(Two104), FloatRoundingMode.ToZero);
        low = Vector512.FusedMultiplyAdd(a, b, Vector512.Create(Two104 + Two52) - upper).AsInt64();
        high = upper.AsInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ToDouble(Vector512<long> limbs) =>
        (limbs | Vector512.Create(BitConverter.DoubleToInt64Bits(Two52))).AsDouble() - Vector512.Create(Two52);
}
