using System.Runtime.CompilerServices;

namespace Turnstile.Numerics;

/// <summary>
/// Proper divisors of composite numbers of one or two words, by elliptic curves small enough to take microseconds.
/// </summary>
internal static class WordFactors
{
    /// <summary>Up to this many bits curves are faster than setting up a sieve.</summary>
    public const int BitsMax = 84;

    /// <summary>
    /// Up to this many bits a few curves in words go before a sieve, by <see cref="DivisorThatStandsOut"/>.
    /// </summary>
    public const int BriefBitsMax = LaneMontgomery.BitsMax;

    // Up to this many bits the first few curves find a factor, and eight at once would be too many.
    private const int OneCurveBitsMax = 50;

    // Before eight at once, so many small curves alone: for random numbers, whose second largest prime is mostly small.
    private const int SingleCurves = 1;

    // Before a sieve, where curves come one at a time.
    private const int BriefCurves = 4;

    // The plan of the eight curves before a sieve: they take a twentieth of its time, and find most factors that random
    // numbers have (measured at 30 digits).
    private const int BriefPlan = 3;

    // Curves tried before moving on to larger bounds.
    private const int CurvesPerPlan = 48;

    private static readonly int[] Bits = [40, 46, 52, 58, 64, 70, 76, 84, 92, 128];

    private static readonly CurvePlan[] Plans =
    [
        .. new[] { 47, 60, 70, 85, 125, 150, 220, 350, 500, 1_000 }
            .Select(bound => new CurvePlan(bound, isForWords: true)),
    ];

    // Curves find factors of up to a dozen bits all at once, which tells nothing: of 521 · 523 for ever. Division finds
    // one of them in a microsecond or two.
    private const int DivisionBitsMax = 26;

    // After so many curves that found everything at once, division is tried on longer numbers too: the factors may all
    // be that small, as of 541 · 563 · 571.
    private const int TogetherMax = 4;

    /// <summary>A proper divisor of an odd composite number below 2^127 without factors below 50.</summary>
    public static UInt128 Divisor(UInt128 number)
    {
        if (Words.BitLength(number) <= DivisionBitsMax)
            return SmallDivisor(number);
        var root = Words.SquareRoot(number);
        if ((UInt128)root * root == number)
            return root;
        var bits = Words.BitLength(number);
        var isWide = LaneMontgomery.IsSupported && bits is > OneCurveBitsMax and <= LaneMontgomery.BitsMax;
        var curves = isWide ? SingleCurves : int.MaxValue;
        var plan = isWide ? 0 : PlanFor(bits);
        var divisor = bits <= 64
            ? Search<Montgomery64, ulong>(new Montgomery64((ulong)number), number, 1, plan, curves)
            : SearchSingly(number, plan, curves);
        return divisor != 0 ? divisor : SearchInLanes(number, PlanFor(bits), int.MaxValue);
    }

    /// <summary>
    /// Tries a few small curves on an odd composite number of more than 64 and up to <see cref="BriefBitsMax"/> bits:
    /// a proper divisor, or 0 where none stands out.
    /// </summary>
    public static UInt128 DivisorThatStandsOut(UInt128 number)
    {
        if (!LaneMontgomery.IsSupported)
            return SearchSingly(number, 0, BriefCurves);
        var divisor = SearchSingly(number, 0, SingleCurves);
        return divisor != 0 ? divisor : SearchInLanes(number, BriefPlan, 1);
    }

    private static UInt128 SearchSingly(UInt128 number, int plan, int curvesMax) =>
        Search<Montgomery128, Word128>(new Montgomery128(number), number, 1, plan, curvesMax);

    private static UInt128 SearchInLanes(UInt128 number, int plan, int curvesMax) =>
        Search<LaneMontgomery, LanePair>(new LaneMontgomery(number), number, LaneRing.Lanes, plan, curvesMax);

    private static int PlanFor(int bits) => Array.FindIndex(Bits, most => most >= bits);

    // The smallest prime below 2^16 that divides; 0 where none does.
    private static uint SmallDivisor(UInt128 number)
    {
        foreach (var prime in PrimeSieve.Small)
            if ((number >> 64 == 0 ? (ulong)number % prime : number % prime) == 0)
                return prime;
        return 0;
    }

    // 0 where so many curves found nothing.
    [SkipLocalsInit]
    private static unsafe UInt128 Search<TRing, T>(TRing ring, UInt128 number, int lanes, int plan, int curvesMax)
        where TRing : unmanaged, IWordRing<T>
        where T : unmanaged, IEquatable<T>
    {
        var bytes = stackalloc byte[CurveMemory<TRing, T>.Bytes];
        var memory = CurveMemory<TRing, T>.Align(bytes);
        memory->Ring = ring;
        var curve = new WordCurve<TRing, T>(memory);
        var (tried, together) = (0, 0);
        for (var sigma = 6UL; curvesMax > 0; sigma += (ulong)lanes, curvesMax--)
        {
            var divisor = curve.FindDivisor(sigma, Plans[plan].Chain, Plans[plan].Pairs);
            if (divisor != 1 && divisor != number)
                return divisor;
            if (divisor == number && ++together == TogetherMax && SmallDivisor(number) is var small && small != 0)
                return small;

            // Small numbers whose factors are all found at once want smaller steps, others larger ones.
            tried += lanes;
            if (tried < CurvesPerPlan)
                continue;
            tried = 0;
            plan = divisor == number ? Math.Max(0, plan - 1) : Math.Min(plan + 1, Plans.Length - 1);
        }

        return 0;
    }
}
