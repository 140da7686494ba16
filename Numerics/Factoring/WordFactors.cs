namespace Turnstile.Numerics;

/// <summary>
/// Proper divisors of composite numbers of one or two words, by elliptic curves small enough to take microseconds.
/// </summary>
internal static class WordFactors
{
    /// <summary>Up to this many bits curves are faster than setting up a sieve.</summary>
    public const int BitsMax = 84;

    // Curves tried before moving on to larger bounds.
    private const int CurvesPerPlan = 48;

    private static readonly int[] Bits = [40, 46, 52, 58, 64, 70, 76, 84, 92, 128];

    private static readonly CurvePlan[] Plans =
        [.. new[] { 47, 60, 70, 85, 125, 150, 220, 350, 500, 1_000 }.Select(bound => new CurvePlan(bound, isForWords: true))];

    /// <summary>A proper divisor of an odd composite number without factors below 50.</summary>
    public static ulong Divisor(ulong number)
    {
        var root = Words.SquareRoot(number);
        return root * root == number
            ? root
            : (ulong)Search<Montgomery64, ulong>(new Montgomery64(number), number, 1);
    }

    /// <summary>A proper divisor of an odd composite number below 2^127 without factors below 50.</summary>
    public static UInt128 Divisor(UInt128 number)
    {
        if (number >> 64 == 0)
            return Divisor((ulong)number);
        var root = Words.SquareRoot(number);
        if ((UInt128)root * root == number)
            return root;
        return LaneMontgomery.IsSupported && Words.BitLength(number) <= LaneMontgomery.BitsMax
            ? Search<LaneMontgomery, LanePair>(new LaneMontgomery(number), number, LaneRing.Lanes)
            : Search<Montgomery128, Word128>(new Montgomery128(number), number, 1);
    }

    private static UInt128 Search<TRing, T>(TRing ring, UInt128 number, int lanes)
        where TRing : struct, IWordRing<T>
        where T : unmanaged, IEquatable<T>
    {
        var bits = Words.BitLength(number);
        var curve = new WordCurve<TRing, T>(ring);
        var plan = 0;
        while (Bits[plan] < bits)
            plan++;
        var tried = 0;
        for (var sigma = 6UL; ; sigma += (ulong)lanes)
        {
            var divisor = curve.FindDivisor(sigma, Plans[plan].Chain, Plans[plan].Pairs);
            if (divisor != 1 && divisor != number)
                return divisor;

            // Small numbers whose factors are all found at once want smaller steps, others larger ones.
            tried += lanes;
            if (tried < CurvesPerPlan)
                continue;
            tried = 0;
            plan = divisor == number ? Math.Max(0, plan - 1) : Math.Min(plan + 1, Plans.Length - 1);
        }
    }
}
