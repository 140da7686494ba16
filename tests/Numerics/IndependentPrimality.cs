using System.Numerics;

namespace Turnstile.Numerics.Tests;

/// <summary>
/// A primality test that shares no code with what is tested: division, then many Miller-Rabin rounds on BigInteger.
/// </summary>
internal static class IndependentPrimality
{
    private static readonly int[] Witnesses =
        [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71];

    public static bool IsPrime(BigInteger number)
    {
        if (number < 2)
            return false;
        foreach (var prime in Witnesses)
        {
            if (number == prime)
                return true;
            if (number % prime == 0)
                return false;
        }

        if (number < 71 * 71)
            return true;
        var odd = number - 1;
        var twos = 0;
        for (; odd.IsEven; odd >>= 1)
            twos++;

        // Thirteen bases decide below 3.3e24, and seven below 3.4e14.
        foreach (var witness in number < 341550071728321 ? Witnesses.AsSpan(0, 7) : Witnesses)
            if (!Passes(number, odd, twos, witness))
                return false;
        return true;
    }

    private static bool Passes(BigInteger number, BigInteger odd, int twos, int witness)
    {
        var power = BigInteger.ModPow(witness, odd, number);
        if (power.IsOne || power == number - 1)
            return true;
        for (var i = 1; i < twos; i++)
        {
            power = power * power % number;
            if (power == number - 1)
                return true;
        }

        return false;
    }
}
