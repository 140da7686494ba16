using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Turnstile.Numerics;

/// <summary>
/// Arithmetic modulo a prime below 2^50 that has roots of unity of order 3 × 2^24, on integers held in doubles, eight
/// at once. A product is exact though it is twice as long as a double, because a fused multiplication gives its lower
/// half (J. van der Hoeven, G. Lecerf and G. Quintin, "Modular SIMD arithmetic in Mathemagix", 2016).
/// </summary>
internal readonly struct TransformPrime
{
    /// <summary>Residues in a vector.</summary>
    public const int Lanes = 8;

    /// <summary>The order of <see cref="Root"/>.</summary>
    public const int Order = 3 << 24;

    /// <summary>The three largest such primes, each with a root of that order.</summary>
    public static readonly TransformPrime[] All =
    [
        new(1125899437080577, 222668860485643),
        new(1125899286085633, 561162814096771),
        new(1125899185422337, 732507299664691),
    ];

    private readonly double _negated;
    private readonly double _reciprocal;

    private TransformPrime(ulong prime, ulong root)
    {
        Prime = prime;
        Root = root;
        _negated = -(double)prime;
        _reciprocal = 1.0 / prime;
    }

    /// <summary>Whether this machine multiplies and adds in one step; without it other ways are faster.</summary>
    public static bool IsSupported => Fma.IsSupported || AdvSimd.Arm64.IsSupported;

    public ulong Prime { get; }

    public ulong Root { get; }

    /// <summary>
    /// Half the prime or less in magnitude, from an integer up to eight times the prime in magnitude.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Reduce(Vector512<double> a) =>
        Vector512.FusedMultiplyAdd(
            Vector512.Round(a * Vector512.Create(_reciprocal)), Vector512.Create(_negated), a);

    /// <summary>
    /// The product of a residue up to four times the prime in magnitude and one up to half of it. At most the prime in
    /// magnitude: the quotient is off by one at most.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Multiply(Vector512<double> a, Vector512<double> b)
    {
        var high = a * b;
        return Remainder(a, b, high, Vector512.Round(high * Vector512.Create(_reciprocal)));
    }

    /// <summary>The same where the second factor's quotient by the prime is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Multiply(Vector512<double> a, in Twiddle b)
    {
        var factor = Vector512.Create(b.Factor);
        return Remainder(a, factor, a * factor, Vector512.Round(a * Vector512.Create(b.Quotient)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> NotNegative(Vector512<double> a)
    {
        a = Reduce(a);
        return a - (Vector512.Create(_negated) & Vector512.LessThan(a, Vector512<double>.Zero));
    }

    public Twiddle Twiddle(ulong residue)
    {
        var factor = residue > Prime / 2 ? -(double)(Prime - residue) : residue;
        return new(factor, factor / Prime);
    }

    public ulong Multiply(ulong a, ulong b) => (ulong)((UInt128)a * b % Prime);

    public ulong Power(ulong residue, ulong exponent)
    {
        var result = 1UL;
        for (; exponent != 0; exponent >>= 1, residue = Multiply(residue, residue))
            result = (exponent & 1) != 0 ? Multiply(result, residue) : result;
        return result;
    }

    public ulong Inverse(ulong residue) => Power(residue % Prime, Prime - 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Remainder(
        Vector512<double> a, Vector512<double> b, Vector512<double> high, Vector512<double> quotient)
    {
        var low = Vector512.FusedMultiplyAdd(a, b, -high);
        return Vector512.FusedMultiplyAdd(quotient, Vector512.Create(_negated), high) + low;
    }
}

/// <summary>A factor, at most half the prime in magnitude, and its quotient by the prime.</summary>
internal readonly record struct Twiddle(double Factor, double Quotient);
