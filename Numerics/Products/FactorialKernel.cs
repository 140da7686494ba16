using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// n! by prime swings: the odd part of n! is the square of that of (n / 2)! times a product of primes read off n
/// (P. Luschny, "Fast factorial functions", 2008, after A. Schönhage). Then its decimal digits.
/// </summary>
/// <remarks>
/// The longest pieces are the last products and the first divisions of the conversion, each one call of libgmp: under
/// 20 ms up to about n = 300,000, 50 ms at 1,000,000. No checkpoint: it would be as long as the result.
/// </remarks>
internal sealed class FactorialKernel : PiecewiseKernel<DecimalDigits>
{
    /// <summary>The largest n: its factorial has 137 million digits, and computing it takes about 1 GiB.</summary>
    public const int Max = 20_000_000;

    // Conversion takes about four times as long as the product.
    private const double ProductPart = 0.2;

    private readonly int _n;
    private readonly LimbArithmetic _arithmetic;
    private readonly ProductTree _tree;
    private DecimalDigits? _result;

    public FactorialKernel(int n, LimbArithmetic arithmetic)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, Max);
        _n = n;
        _arithmetic = arithmetic;
        _tree = new(arithmetic);
    }

    public override DecimalDigits Result => _result ?? new DecimalDigits(ReadOnlyMemory<byte>.Empty);

    protected override IEnumerable<double> Work()
    {
        ulong[] value = [];
        foreach (var part in Multiply(product => value = product))
            yield return ProductPart * part;
        var writer = new DecimalWriter(_arithmetic);
        foreach (var part in writer.Work(value))
            yield return ProductPart + ((1 - ProductPart) * part);
        _result = new(writer.Digits);
    }

    /// <summary>The limbs of n!, in pieces.</summary>
    internal IEnumerable<double> Multiply(Action<ulong[]> answer)
    {
        var primes = new List<int>();
        foreach (var prime in PrimeSieve.Below(_n + 1).Skip(1))
        {
            primes.Add(prime);
            if ((primes.Count & 0x3FFF) == 0)
                yield return 0;
        }

        ulong[] odd = [1];
        for (var shift = 31 - BitOperations.LeadingZeroCount((uint)Math.Max(_n, 1)); shift >= 0; shift--)
        {
            odd = _tree.Square(odd);
            yield return Math.Pow(0.5, shift + 1);
            foreach (var piece in _tree.Work(SwingFactors(_n >> shift, primes)))
                yield return Math.Pow(0.5, shift + 1);
            odd = _tree.Multiply(odd, _tree.Product);
        }

        var twos = _n - BitOperations.PopCount((uint)_n);
        var value = new ulong[odd.Length + (twos / 64) + 1];
        odd.CopyTo(value, twos / 64);
        Limbs.ShiftLeft(value.AsSpan(twos / 64), twos % 64);
        answer(Limbs.Trim(value).ToArray());
    }

    /// <summary>
    /// The odd part of the swinging factorial n! / (n / 2)!², packed into words: an odd prime goes in once for each
    /// of its powers q with n / q odd.
    /// </summary>
    private static List<ulong> SwingFactors(int n, List<int> primes)
    {
        var words = new List<ulong>();
        var word = 1UL;
        foreach (var prime in primes)
        {
            if (prime > n)
                break;
            for (var quotient = n / prime; quotient > 0; quotient /= prime)
            {
                if ((quotient & 1) == 0)
                    continue;
                var high = Math.BigMul(word, (ulong)prime, out var low);
                if (high != 0)
                {
                    words.Add(word);
                    low = (ulong)prime;
                }

                word = low;
            }
        }

        words.Add(word);
        return words;
    }
}
