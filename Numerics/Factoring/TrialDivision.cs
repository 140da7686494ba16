using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// Division by all small primes: how many depends on how long the number is, since a factor that division misses
/// costs the more to find later.
/// </summary>
internal sealed class TrialDivision
{
    private const int WordLimit = 1 << 9;
    private const int SieveLimit = 1 << 12;
    private const int LongLimit = 1 << 20;
    private const int SieveBits = 400;

    // Primes tried in a piece: two milliseconds' worth for ten thousand digits without libgmp.
    private const int PiecePrimes = 1 << 8;

    private readonly LimbArithmetic _arithmetic;
    private readonly int _limit;

    public TrialDivision(BigInteger number, LimbArithmetic arithmetic)
    {
        Rest = number;
        _arithmetic = arithmetic;
        _limit = SmallestLeft(number);
    }

    /// <summary>What is left: no prime below the limit divides it.</summary>
    public BigInteger Rest { get; private set; }

    /// <summary>The primes found and how often they divide, ascending.</summary>
    public List<(int Prime, int Exponent)> Found { get; } = [];

    /// <summary>The bound below which no prime divides what is left of a number.</summary>
    public static int SmallestLeft(BigInteger number) =>
        number < WordPrimality.Bound ? WordLimit : number.GetBitLength() < SieveBits ? SieveLimit : LongLimit;

    /// <summary>Divides in pieces.</summary>
    public IEnumerable<bool> Work()
    {
        if (Rest < WordPrimality.Bound)
        {
            DivideWord();
            yield break;
        }

        var twos = (int)BigInteger.TrailingZeroCount(Rest);
        Rest >>= twos;
        if (twos > 0)
            Found.Add((2, twos));
        var limbs = Limbs.From(Rest);
        var count = 0;
        foreach (var prime in PrimeSieve.Below(_limit).Skip(1))
        {
            if (_arithmetic.Remainder(limbs, (ulong)prime) == 0)
            {
                Take(prime);
                limbs = Limbs.From(Rest);
            }

            if (++count % PiecePrimes == 0)
                yield return true;
        }
    }

    private void DivideWord()
    {
        var rest = (UInt128)Rest;
        foreach (var prime in PrimeSieve.Small)
        {
            if (prime >= _limit || rest < prime)
                break;
            var exponent = 0;
            for (; rest % prime == 0; exponent++)
                rest /= prime;
            if (exponent > 0)
                Found.Add((prime, exponent));
        }

        Rest = rest;
    }

    // The largest power first, by squaring, so that high powers of small primes stay cheap.
    private void Take(int prime)
    {
        var powers = new List<BigInteger> { prime };
        while (BigInteger.DivRem(Rest, powers[^1]) is var (quotient, remainder) && remainder.IsZero)
        {
            Rest = quotient;
            powers.Add(powers[^1] * powers[^1]);
        }

        var exponent = (1 << (powers.Count - 1)) - 1;
        for (var i = powers.Count - 2; i >= 0; i--)
        {
            var (quotient, remainder) = BigInteger.DivRem(Rest, powers[i]);
            if (!remainder.IsZero)
                continue;
            Rest = quotient;
            exponent += 1 << i;
        }

        Found.Add((prime, exponent));
    }
}
