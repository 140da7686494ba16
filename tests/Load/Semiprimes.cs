using System.Globalization;
using System.Numerics;

namespace Turnstile.Load;

/// <summary>Products of two primes of known size: the same numbers in every run, and their answers with them.</summary>
internal sealed class Semiprimes
{
    private static readonly int[] Witnesses = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41];

    private readonly Random _random;
    private readonly BigInteger[] _primes;

    /// <param name="digits">Decimal digits of each prime.</param>
    /// <param name="primes">How many primes the products are made of.</param>
    /// <param name="seed">Decides which.</param>
    public Semiprimes(int digits, int primes, int seed)
    {
        _random = new Random(seed);
        _primes = [.. Enumerable.Range(0, primes).Select(_ => Prime(digits)).Distinct().Order()];
    }

    /// <summary>The next number, with its factors in ascending order.</summary>
    public Question Next()
    {
        int one = _random.Next(_primes.Length);
        int two = _random.Next(_primes.Length - 1);
        two += two >= one ? 1 : 0;
        (BigInteger small, BigInteger large) = (_primes[Math.Min(one, two)], _primes[Math.Max(one, two)]);
        return new Question(Text(small * large), Text(small), Text(large));
    }

    public Question[] Next(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    private static string Text(BigInteger number) => number.ToString(CultureInfo.InvariantCulture);

    private BigInteger Prime(int digits)
    {
        BigInteger least = BigInteger.Pow(10, digits - 1);
        while (true)
        {
            BigInteger candidate = least + new BigInteger(_random.NextDouble() * 1e15) * BigInteger.Max(1, 9 * least / new BigInteger(1e15));
            candidate = (candidate % (9 * least)) + least | 1;
            if (IsPrime(candidate))
            {
                return candidate;
            }
        }
    }

    private static bool IsPrime(BigInteger number)
    {
        BigInteger odd = number - 1;
        int twos = 0;
        for (; odd.IsEven; odd >>= 1)
        {
            twos++;
        }

        foreach (int witness in Witnesses)
        {
            if (number == witness)
            {
                return true;
            }

            BigInteger power = BigInteger.ModPow(witness, odd, number);
            for (int i = 1; i < twos && !power.IsOne && power != number - 1; i++)
            {
                power = BigInteger.ModPow(power, 2, number);
            }

            if (power != number - 1 && !BigInteger.ModPow(witness, odd, number).IsOne)
            {
                return false;
            }
        }

        return number > 1;
    }
}

/// <summary>A number to be factored, and its two primes.</summary>
internal readonly record struct Question(string Number, string Small, string Large);
