using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// The strong Baillie-PSW test for numbers of any size, in pieces: a strong test to base 2, then an extra strong Lucas
/// test. (R. Baillie and S. S. Wagstaff, "Lucas pseudoprimes", 1980; J. Grantham, "Frobenius pseudoprimes", 2000.)
/// </summary>
/// <param name="number">Odd, above 2^64.</param>
/// <param name="arithmetic">What multiplies.</param>
internal sealed class BailliePsw(BigInteger number, LimbArithmetic arithmetic)
{
    // Limb products in a piece: about 100 microseconds' worth.
    private const int PieceProducts = 100_000;

    private readonly ResidueRing _ring = new(number, arithmetic);
    private readonly ulong[] _limbs = Limbs.From(number);

    /// <summary>The answer, once <see cref="Work"/> has come to its end.</summary>
    public bool IsProbablePrime { get; private set; }

    /// <summary>The test in pieces, each giving the part done so far.</summary>
    public IEnumerable<double> Work()
    {
        var strong = false;
        foreach (var part in PassStrongTest(passed => strong = passed))
            yield return part / 3;
        if (!strong)
            yield break;
        foreach (var part in PassLucasTest(passed => IsProbablePrime = passed))
            yield return (1 + (2 * part)) / 3;
    }

    private int StepsInPiece => Math.Max(1, PieceProducts / (_ring.Count * _ring.Count));

    private IEnumerable<double> PassStrongTest(Action<bool> answer)
    {
        var even = number - 1;
        var twos = (int)BigInteger.TrailingZeroCount(even);
        var exponent = Limbs.From(even >> twos);
        var bits = BitsOf(exponent);
        var minusOne = new ulong[_ring.Count];
        _ring.Subtract(minusOne, _ring.One);
        var power = _ring.From(2);
        for (var bit = bits - 2; bit >= 0; bit--)
        {
            _ring.Square(power, power);
            if (IsSet(exponent, bit))
                _ring.Add(power, power);
            if (bit % StepsInPiece == 0)
                yield return 1 - ((double)bit / bits);
        }

        var passed = Same(power, _ring.One) || Same(power, minusOne);
        for (var i = 1; i < twos && !passed; i++)
        {
            _ring.Square(power, power);
            passed = Same(power, minusOne);
            if (i % StepsInPiece == 0)
                yield return 1;
        }

        answer(passed);
    }

    private IEnumerable<double> PassLucasTest(Action<bool> answer)
    {
        if (FirstValue() is not { } first)
        {
            answer(false);
            yield break;
        }

        var even = number + 1;
        var twos = (int)BigInteger.TrailingZeroCount(even);
        var exponent = Limbs.From(even >> twos);
        var bits = BitsOf(exponent);
        var two = _ring.From(2);
        var p = _ring.From(first);
        ulong[] v = [.. p];
        var next = _ring.From(((BigInteger)first * first) - 2);
        for (var bit = bits - 2; bit >= 0; bit--)
        {
            var (middle, end) = IsSet(exponent, bit) ? (v, next) : (next, v);
            _ring.Multiply(v, next, middle);
            _ring.Subtract(middle, p);
            _ring.Square(end, end);
            _ring.Subtract(end, two);
            if (bit % StepsInPiece == 0)
                yield return 1 - ((double)bit / bits);
        }

        var passed = IsPlusOrMinusTwo(v, two) && IsZeroOfU(v, next, p);
        for (var i = 0; i < twos - 1 && !passed; i++)
        {
            passed = !v.AsSpan().ContainsAnyExcept(0UL);
            _ring.Square(v, v);
            _ring.Subtract(v, two);
            if (i % StepsInPiece == 0)
                yield return 1;
        }

        answer(passed);
    }

    /// <summary>
    /// The smallest P from 3 with (P² - 4 / number) = -1; null where the search shows the number composite.
    /// </summary>
    private ulong? FirstValue()
    {
        for (var first = 3UL; ; first++)
        {
            var symbol = JacobiSymbol.Of((first * first) - 4, _limbs[0], odd => arithmetic.Remainder(_limbs, odd));
            if (symbol == -1)
                return first;
            if (symbol == 0 || (first == 20 && PerfectPower.IsSquare(number)))
                return null;
        }
    }

    private bool IsPlusOrMinusTwo(ulong[] v, ulong[] two)
    {
        var minusTwo = new ulong[_ring.Count];
        _ring.Subtract(minusTwo, two);
        return Same(v, two) || Same(v, minusTwo);
    }

    // (P² - 4) U(k) = 2 V(k + 1) - P V(k)
    private bool IsZeroOfU(ulong[] v, ulong[] next, ulong[] p)
    {
        var product = new ulong[_ring.Count];
        _ring.Multiply(p, v, product);
        ulong[] twice = [.. next];
        _ring.Add(twice, next);
        return Same(product, twice);
    }

    private static bool Same(ulong[] a, ulong[] b) => a.AsSpan().SequenceEqual(b);

    private static int BitsOf(ulong[] limbs) => (64 * limbs.Length) - BitOperations.LeadingZeroCount(limbs[^1]);

    private static bool IsSet(ulong[] limbs, int bit) => (limbs[bit >> 6] >> (bit & 63) & 1) != 0;
}
