namespace Turnstile.Numerics;

/// <summary>
/// Natural numbers to decimal digits by divide and conquer: halve at a power of ten, then each half again
/// (D. E. Knuth, "The Art of Computer Programming", volume 2, 4.4, 1969). Its cost is that of the arithmetic's division
/// times the logarithm of the length.
/// </summary>
internal sealed class DecimalWriter(LimbArithmetic arithmetic)
{
    // 2^4 × 19 digits are 16 limbs: about where dividing limb by limb is as fast.
    private const int LeafLevel = 4;

    // 2^9 × 19 digits take some 100 microseconds: below, the recursion is not worth interrupting.
    private const int PieceLevel = 9;

    private readonly PowersOfTen _powers = new(arithmetic);
    private byte[] _digits = [];
    private long _written;

    /// <summary>The digits, once <see cref="Work"/> has come to its end.</summary>
    public ReadOnlyMemory<byte> Digits { get; private set; }

    /// <summary>
    /// Converts in pieces, each giving the part done so far. A piece is as long as its longest division.
    /// </summary>
    public IEnumerable<double> Work(ulong[] number)
    {
        number = Limbs.Trim(number).ToArray();
        if (number.Length == 0)
        {
            Digits = "0"u8.ToArray();
            yield break;
        }

        var level = 0;
        while (_powers[level].Length <= number.Length)
        {
            level++;
            yield return 0;
        }

        _digits = GC.AllocateUninitializedArray<byte>((int)PowersOfTen.Digits(level));
        foreach (var _ in Split(number, level, 0))
            yield return (double)_written / _digits.Length;
        var zeros = _digits.AsSpan().IndexOfAnyExcept((byte)'0');
        Digits = _digits.AsMemory(zeros);
    }

    private IEnumerable<bool> Split(ulong[] number, int level, int offset)
    {
        if (level <= PieceLevel)
        {
            SplitAtOnce(number, level, offset);
            _written += PowersOfTen.Digits(level);
            yield return true;
            yield break;
        }

        var (upper, lower) = Halve(number, level - 1);
        yield return true;
        foreach (var piece in Split(upper, level - 1, offset))
            yield return piece;
        foreach (var piece in Split(lower, level - 1, offset + (int)PowersOfTen.Digits(level - 1)))
            yield return piece;
    }

    private void SplitAtOnce(ulong[] number, int level, int offset)
    {
        if (number.Length == 0)
        {
            _digits.AsSpan(offset, (int)PowersOfTen.Digits(level)).Fill((byte)'0');
        }
        else if (level <= LeafLevel)
        {
            WriteLeaf(number, _digits.AsSpan(offset, (int)PowersOfTen.Digits(level)));
        }
        else
        {
            var (upper, lower) = Halve(number, level - 1);
            SplitAtOnce(upper, level - 1, offset);
            SplitAtOnce(lower, level - 1, offset + (int)PowersOfTen.Digits(level - 1));
        }
    }

    private (ulong[] Upper, ulong[] Lower) Halve(ulong[] number, int level)
    {
        var divisor = _powers[level];
        if (number.Length < divisor.Length)
            return ([], number);
        var quotient = new ulong[number.Length - divisor.Length + 1];
        var remainder = new ulong[divisor.Length];
        arithmetic.Divide(number, divisor, quotient, remainder);
        return (Limbs.Trim(quotient).ToArray(), Limbs.Trim(remainder).ToArray());
    }

    private static void WriteLeaf(Span<ulong> number, Span<byte> digits)
    {
        while (!digits.IsEmpty)
        {
            var remainder = 0UL;
            for (var i = number.Length - 1; i >= 0; i--)
                (number[i], remainder) = PowersOfTen.DivideByLimbPower(remainder, number[i]);
            number = number.TrimEnd(0UL);
            var end = digits[^PowersOfTen.LimbDigits..];
            digits = digits[..^PowersOfTen.LimbDigits];
            remainder.TryFormat(end, out _, "D19");
        }
    }
}
