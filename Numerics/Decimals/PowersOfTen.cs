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
}
