using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Turnstile.Numerics;

/// <summary>How a <see cref="LaneRing"/> multiplies limbs of 52 bits.</summary>
internal enum LaneProducts
{
    /// <summary>By fused multiply-adds that round to zero (AVX-512).</summary>
    Truncated,

    /// <summary>By fused multiply-adds that round to nearest (FMA, NEON).</summary>
    Rounded,

    /// <summary>In integers, one lane after the other: where machines have no fused multiply-add.</summary>
    Whole,
}

/// <summary>
/// Splits exact products of limbs into halves of 52 bits (N. Emmart, F. Zheng and C. Weems, "Faster modular
/// exponentiation using double precision floating point arithmetic on the GPU", 2018).
/// </summary>
internal interface ILimbSplit
{
    /// <summary>What the bits of a lower half have too much.</summary>
    static abstract long LowBias { get; }

    /// <summary>Whether lower halves are not negative; the lowest 52 bits of their bias are then 0.</summary>
    static abstract bool IsLowPositive { get; }

    /// <summary>The halves of a product of limbs, each with its bias, as bits.</summary>
    static abstract void Split(
        Vector512<double> a, Vector512<double> b, out Vector512<long> high, out Vector512<long> low);
}

/// <inheritdoc cref="LaneProducts.Truncated"/>
internal readonly struct TruncatedSplit : ILimbSplit
{
    private const double Two52 = 4503599627370496.0;
    private const double Two104 = Two52 * Two52;

    public static long LowBias => BitConverter.DoubleToInt64Bits(Two52);

    public static bool IsLowPositive => true;

    // Rounded to zero, the upper half leaves a lower half that is not negative.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Split(
        Vector512<double> a, Vector512<double> b, out Vector512<long> high, out Vector512<long> low)
    {
        var upper = Avx512F.FusedMultiplyAdd(a, b, Vector512.Create(Two104), FloatRoundingMode.ToZero);
        var rest = Vector512.Create(Two104 + Two52) - upper;
        low = Vector512.FusedMultiplyAdd(a, b, rest).AsInt64();
        high = upper.AsInt64();
    }
}

/// <inheritdoc cref="LaneProducts.Rounded"/>
internal readonly struct RoundedSplit : ILimbSplit
{
    private const double Two52 = 4503599627370496.0;
    private const double Two104 = Two52 * Two52;

    public static long LowBias => BitConverter.DoubleToInt64Bits(1.5 * Two52);

    public static bool IsLowPositive => false;

    // Rounded to nearest, the lower half may be negative: the bias has room below.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Split(
        Vector512<double> a, Vector512<double> b, out Vector512<long> high, out Vector512<long> low)
    {
        var upper = Vector512.FusedMultiplyAdd(a, b, Vector512.Create(Two104));
        var lower = Vector512.FusedMultiplyAdd(a, b, Vector512.Create(Two104) - upper);
        low = (lower + Vector512.Create(1.5 * Two52)).AsInt64();
        high = upper.AsInt64();
    }
}
