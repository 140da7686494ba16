using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// The decimal digits of n!. Where the machine has fused multiplications everything is multiplied in decimal limbs,
/// and the digits need no conversion: a million's takes about as long as libgmp's product alone (measured). Elsewhere the
/// product is made in binary and then converted.
/// </summary>
/// <remarks>
/// Decimal products are cut into pieces wherever they are long; those of libgmp cannot be. No checkpoint: it would be
/// as long as the result.
/// </remarks>
internal sealed class FactorialKernel : PiecewiseKernel<DecimalDigits>
{
    /// <summary>The largest n: its factorial has 137 million digits, and computing it takes about 1 GiB.</summary>
    public const int Max = 20_000_000;

    // Writing the digits down takes the rest.
    private const double DecimalPart = 0.9;

    // Conversion takes about four times as long as the product.
    private const double BinaryPart = 0.2;

    // Limbs written down in a piece: some milliseconds' worth.
    private const int PieceLimbs = 1 << 13;

    private static readonly ulong[] One = [1];
    private static readonly ulong[] Two = [2];

    private readonly int _n;
    private readonly LimbArithmetic _arithmetic;
    private readonly bool _isDecimal;
    private DecimalDigits? _result;

    public FactorialKernel(int n, LimbArithmetic arithmetic, bool isDecimal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, Max);
        _n = n;
        _arithmetic = arithmetic;
        _isDecimal = isDecimal;
    }

    public override DecimalDigits Result => _result ?? new DecimalDigits(ReadOnlyMemory<byte>.Empty);

    protected override IEnumerable<double> Work() => _isDecimal ? WorkInDecimal() : WorkInBinary();

    /// <summary>The limbs of n! in binary, in pieces.</summary>
    internal IEnumerable<double> Multiply(Action<ulong[]> answer)
    {
        using var swing = new PrimeSwing(_n, new(_arithmetic), ulong.MaxValue, [2]);
        foreach (var part in swing.Work(One))
            yield return part;
        answer(TimesPowerOfTwo(swing.Product.Span, _n - BitOperations.PopCount((uint)_n)));
    }

    private static ulong[] TimesPowerOfTwo(ReadOnlySpan<ulong> odd, int twos)
    {
        // One limb more only where the shift fills it, so that nothing has to be cut off.
        var more = twos % 64 > BitOperations.LeadingZeroCount(odd[^1]) ? 1 : 0;
        var value = GC.AllocateUninitializedArray<ulong>(odd.Length + (twos / 64) + more);
        value.AsSpan(0, twos / 64).Clear();
        var carry = Limbs.ShiftLeft(odd, twos % 64, value.AsSpan(twos / 64, odd.Length));
        if (more != 0)
            value[^1] = carry;
        return value;
    }

    private IEnumerable<double> WorkInBinary()
    {
        ulong[] value = [];
        foreach (var part in Multiply(product => value = product))
            yield return BinaryPart * part;
        var writer = new DecimalWriter(_arithmetic);
        foreach (var part in writer.Work(value))
            yield return BinaryPart + ((1 - BinaryPart) * part);
        _result = new(writer.Digits);
    }

    // Each 5 makes a 10 with a 2, which is a zero to write at the end; there are more twos than that.
    private IEnumerable<double> WorkInDecimal()
    {
        var zeros = 0;
        for (var quotient = _n / 5; quotient > 0; quotient /= 5)
            zeros += quotient;
        var tree = new ProductTree(new DecimalMultiplication());
        foreach (var _ in RaiseTwo(tree, _n - BitOperations.PopCount((uint)_n) - zeros))
            yield return 0;
        using var swing = new PrimeSwing(_n, tree, PowersOfTen.LimbPower - 1, [2, 5]);
        foreach (var part in swing.Work(tree.Product))
            yield return DecimalPart * part;
        var limbs = swing.Product;
        var written = limbs.Length * PowersOfTen.LimbDigits;
        var digits = GC.AllocateUninitializedArray<byte>(written + zeros);
        for (var i = 0; i < limbs.Length; i++)
        {
            var end = written - (i * PowersOfTen.LimbDigits);
            limbs.Span[i].TryFormat(digits.AsSpan(end - PowersOfTen.LimbDigits, PowersOfTen.LimbDigits), out _, "D19");
            if ((i + 1) % PieceLimbs == 0)
                yield return DecimalPart + ((1 - DecimalPart) * i / limbs.Length);
        }

        digits.AsSpan(written).Fill((byte)'0');
        _result = new(digits.AsMemory(digits.AsSpan().IndexOfAnyExcept((byte)'0')));
    }

    // Squares a power whose exponent is the upper bits of the whole, and doubles it for the next bit.
    private static IEnumerable<bool> RaiseTwo(ProductTree tree, int exponent)
    {
        // 2^63 is the largest that fits a limb.
        var bits = Math.Max(0, BitOperations.Log2((uint)exponent | 1) - 5);
        ReadOnlyMemory<ulong> power = new[] { 1UL << (exponent >> bits) };
        while (bits-- > 0)
        {
            foreach (var piece in tree.Multiplied(power, power))
                yield return piece;
            power = tree.Product;
            if ((exponent >> bits & 1) == 0)
                continue;
            foreach (var piece in tree.Multiplied(power, Two))
                yield return piece;
            power = tree.Product;
        }

        foreach (var piece in tree.Multiplied(power, One))
            yield return piece;
    }
}
