using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>Between big integers and decimal text, in time that does not grow with the square of the length.</summary>
public static class DecimalText
{
    /// <summary>
    /// The longest number that is read, in digits: beyond it, memory rather than time would be the limit.
    /// </summary>
    public const int DigitsMax = 200_000_000;


    /// <summary>Reads a natural number in ASCII digits.</summary>
    /// <returns>
    /// False where there is no digit, anything but digits, or more than <see cref="DigitsMax"/> of them.
    /// </returns>
    public static bool TryParse(ReadOnlySpan<byte> digits, out BigInteger value)
    {
        value = default;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        digits = digits.TrimStart((byte)'0');
        if (digits.Length > DigitsMax)
            return false;
        if (digits.Length <= PowersOfTen.LimbDigits)
            value = Word(digits);
        else
            value = Limbs.ToBigInteger(new DecimalReader(LimbArithmetic.Fastest).Read(digits));
        return true;
    }

    /// <summary>The decimal digits of a natural number.</summary>
    public static DecimalDigits Format(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var writer = new DecimalWriter(LimbArithmetic.Fastest);
        writer.Work(Limbs.From(value)).RunToEnd();

        return new(writer.Digits);
    }

    /// <summary>The number that up to 19 ASCII digits spell; 0 for none.</summary>
    internal static ulong Word(ReadOnlySpan<byte> digits)
    {
        var word = 0UL;
        foreach (var digit in digits)
            word = (10 * word) + digit - '0';
        return word;
    }
}
