using System.Globalization;
using System.Numerics;

namespace Turnstile.Load;

/// <summary>Products of two primes of known size: the same numbers in every run, and their answers with them.</summary>
internal sealed class Semiprimes
{
    private static readonly int[] Witnesses = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41];

    private readonly Random _random;
    private readonly BigInteger[] _primes;
    private readonly HashSet<(int, int)> _used = [];

    /// <param name="digits">Decimal digits of each prime.</param>
    /// <param name="numbers">How many numbers are wanted at most.</param>
    /// <param name="seed">Decides which.</param>
    public Semiprimes(int digits, int numbers, int seed)
    {
        _random = new Random(seed);

        // Twice as many pairs as numbers, so that a new one is found soon.
        int primes = 10 + (int)Math.Sqrt(4.0 * numbers);
        _primes = [.. Enumerable.Range(0, primes).Select(_ => Prime(digits)).Distinct().Order()];
    }

    /// <summary>The next number, one that was not given before, with its factors in ascending order.</summary>
    public Question Next()
    {
        (int Small, int Large) pair;
        do
        {
            int one = _random.Next(_primes.Length);
            int two = _random.Next(_primes.Length - 1);
            two += two >= one ? 1 : 0;
            pair = (Math.Min(one, two), Math.Max(one, two));
        }
        while (!_used.Add(pair));

        (BigInteger small, BigInteger large) = (_primes[pair.Small], _primes[pair.Large]);
        return new Question(Text(small * large), Text(small), Text(large));
    }

    public Question[] Next(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    private static string Text(BigInteger number) => number.ToString(CultureInfo.InvariantCulture);

    private BigInteger Prime(int digits)
    {
        Span<char> text = stackalloc char[digits];
        for (int i = 0; i < digits; i++)
        {
            text[i] = (char)('0' + _random.Next(i == 0 ? 1 : 0, i == 0 ? 9 : 10));
        }

        BigInteger candidate = BigInteger.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) | 1;
        while (!IsPrime(candidate))
        {
            candidate += 2;
        }

        return candidate;
    }

    /// <summary>The Miller-Rabin test (M. O. Rabin, "Probabilistic algorithm for testing primality", 1980).</summary>
    private static bool IsPrime(BigInteger number)
    {
        foreach (int witness in Witnesses)
        {
            if (number % witness == 0)
            {
                return number == witness;
            }
        }

        BigInteger odd = number - 1;
        int twos = 0;
        for (; odd.IsEven; odd >>= 1)
        {
            twos++;
        }

        return Array.TrueForAll(Witnesses, witness => Passes(number, odd, twos, witness));
    }

    private static bool Passes(BigInteger number, BigInteger odd, int twos, int witness)
    {
        BigInteger power = BigInteger.ModPow(witness, odd, number);
        if (power.IsOne)
        {
            return true;
        }

        for (int i = 1; i < twos && power != number - 1; i++)
        {
            power = BigInteger.ModPow(power, 2, number);
        }

        return power == number - 1;
    }
}

/// <summary>A number to be factored, and its two primes.</summary>
internal readonly record struct Question(string Number, string Small, string Large);
