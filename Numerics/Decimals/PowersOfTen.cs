namespace Turnstile.Numerics;

/// <summary>10 to the 19 × 2^level, made as they are asked for. 10^19 is the largest power of ten in a limb.</summary>
internal sealed class PowersOfTen(LimbArithmetic arithmetic)
{
    /// <summary>Decimal digits that fit a limb.</summary>
    public const int LimbDigits = 19;

    /// <summary>10^19.</summary>
    public const ulong LimbPower = 10_000_000_000_000_000_000;

    private readonly List<ulong[]> _powers = [[LimbPower]];

    /// <summary>Decimal digits below the power of a level.</summary>
    public static long Digits(int level) => (long)LimbDigits << level;

    /// <summary>10^(19 × 2^level), its highest limb not zero.</summary>
    public ulong[] this[int level]
    {
        get
        {
            while (_powers.Count <= level)
            {
                var last = _powers[^1];
                var square = new ulong[2 * last.Length];
                arithmetic.Square(last, square);
                _powers.Add(Limbs.Trim(square).ToArray());
            }

            return _powers[level];
        }
    }

    /// <summary>
    /// Divides two limbs, the upper one below 10^19, by 10^19 (N. Möller and T. Granlund, "Improved division by
    /// invariant integers", 2011).
    /// </summary>
    public static (ulong Quotient, ulong Remainder) DivideByLimbPower(ulong high, ulong low)
    {
        const ulong divisor = LimbPower;
        const ulong reciprocal = 0xD83C94FB6D2AC34A;
        var q1 = Math.BigMul(reciprocal, high, out var q0);
        q0 += low;
        q1 += high + (q0 < low ? 1UL : 0UL) + 1;
        var remainder = low - (q1 * divisor);
        if (remainder > q0)
        {
            q1--;
            remainder += divisor;
        }

        if (remainder >= divisor)
        {
            q1++;
            remainder -= divisor;
        }

        return (q1, remainder);
    }
}
