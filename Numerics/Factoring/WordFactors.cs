namespace Turnstile.Numerics;

/// <summary>Proper divisors of composite numbers of one or two words, by elliptic curves small enough to take microseconds.</summary>
internal static class WordFactors
{
    private const int Wheel = 60;

    // Curves tried before moving on to larger bounds.
    private const int CurvesPerPlan = 32;

    private static readonly (int Bits, int Bound)[] Bounds =
        [(44, 47), (52, 70), (58, 85), (64, 125), (72, 165), (82, 205), (92, 300), (100, 500), (110, 1000), (128, 2000)];

    private static readonly Plan[] Plans = Array.ConvertAll(Bounds, bound => new Plan(bound.Bound));

    /// <summary>A proper divisor of an odd composite number without factors below 50.</summary>
    public static ulong Divisor(ulong number)
    {
        var root = Words.SquareRoot(number);
        return root * root == number
            ? root
            : (ulong)Search<Montgomery64, ulong>(new Montgomery64(number), number);
    }

    /// <summary>A proper divisor of an odd composite number below 2^127 without factors below 50.</summary>
    public static UInt128 Divisor(UInt128 number)
    {
        if (number >> 64 == 0)
            return Divisor((ulong)number);
        var root = Words.SquareRoot(number);
        return (UInt128)root * root == number
            ? root
            : Search<Montgomery128, Word128>(new Montgomery128(number), number);
    }

    private static UInt128 Search<TRing, T>(TRing ring, UInt128 number)
        where TRing : struct, IWordRing<T>
        where T : unmanaged, IEquatable<T>
    {
        var bits = Words.BitLength(number);
        var curve = new WordCurve<TRing, T>(ring);
        var plan = 0;
        while (Bounds[plan].Bits < bits)
            plan++;
        for (var sigma = 6UL; ; sigma++)
        {
            var divisor = curve.FindDivisor(sigma, Plans[plan].Chain, Plans[plan].Pairs);
            if (divisor != 1 && divisor != number)
                return divisor;

            // Small numbers whose factors are all found at once want smaller steps, others larger ones.
            if (sigma % CurvesPerPlan == 0)
                plan = divisor == number ? Math.Max(0, plan - 1) : Math.Min(plan + 1, Plans.Length - 1);
        }
    }

    private sealed class Plan(int bound)
    {
        public LucasChain Chain { get; } = new(bound);

        public PrimePairs Pairs { get; } = new(bound, 25 * bound, Wheel);
    }
}
