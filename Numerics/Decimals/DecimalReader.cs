namespace Turnstile.Numerics;

/// <summary>
/// Decimal digits to limbs by divide and conquer: upper half times a power of ten plus lower half
/// (D. E. Knuth, "The Art of Computer Programming", volume 2, 4.4, 1969).
/// </summary>
internal sealed class DecimalReader(LimbArithmetic arithmetic)
{
    // 2^4 × 19 digits are 16 limbs: about where multiplying limb by limb is as fast.
    private const int LeafLevel = 4;

    private readonly PowersOfTen _powers = new(arithmetic);

    /// <summary>The limbs of a number in ASCII digits, without leading zeros.</summary>
    public ulong[] Read(ReadOnlySpan<byte> digits)
    {
        var level = LeafLevel;
        while (PowersOfTen.Digits(level) < digits.Length)
            level++;
        return Limbs.Trim(Join(digits, level)).ToArray();
    }

    private ulong[] Join(ReadOnlySpan<byte> digits, int level)
    {
        while (level > LeafLevel && PowersOfTen.Digits(level - 1) >= digits.Length)
            level--;
        if (level <= LeafLevel)
            return ReadLeaf(digits);
        var lowerDigits = (int)PowersOfTen.Digits(level - 1);
        var upper = Join(digits[..^lowerDigits], level - 1);
        var lower = Join(digits[^lowerDigits..], level - 1);
        if (upper.Length == 0)
            return lower;
        var power = _powers[level - 1];
        var sum = new ulong[upper.Length + power.Length];
        arithmetic.Multiply(upper, power, sum);
        Limbs.Add(sum, lower);
        return Limbs.Trim(sum).ToArray();
    }

    private static ulong[] ReadLeaf(ReadOnlySpan<byte> digits)
    {
        var limbs = new ulong[(digits.Length / PowersOfTen.LimbDigits) + 1];
        var count = 0;
        var first = digits.Length % PowersOfTen.LimbDigits;
        var carry = DecimalText.Word(digits[..first]);
        for (var i = first; ; i += PowersOfTen.LimbDigits)
        {
            if (carry != 0)
                limbs[count++] = carry;
            if (i == digits.Length)
                return Limbs.Trim(limbs).ToArray();
            carry = DecimalText.Word(digits.Slice(i, PowersOfTen.LimbDigits));
            for (var j = 0; j < count; j++)
            {
                var high = Math.BigMul(limbs[j], PowersOfTen.LimbPower, out var low);
                limbs[j] = low + carry;
                carry = high + (limbs[j] < low ? 1UL : 0UL);
            }
        }
    }
}
