using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// Roots and perfect powers of integers of any size (D. J. Bernstein, "Detecting perfect powers in essentially linear
/// time", 1998, in a plainer form).
/// </summary>
internal static class PerfectPower
{
    /// <summary>Whether a natural number is a square.</summary>
    public static bool IsSquare(BigInteger number)
    {
        // Squares leave 12 of 64 remainders modulo 64, and few modulo 63 × 65 × 11.
        if ((0x0202021202030213UL >> (int)(number & 63) & 1) == 0)
            return false;
        var root = Root(number, 2);
        return root * root == number;
    }

    /// <summary>
    /// Writes <paramref name="number"/>, above 1, as base^exponent with the largest exponent there is, given that no
    /// prime below <paramref name="smallestPrime"/> divides it. The exponent is 1 where it is no perfect power.
    /// </summary>
    public static (BigInteger Base, int Exponent) Of(BigInteger number, int smallestPrime)
    {
        var total = 1;
        var most = (int)(number.GetBitLength() / Math.Log2(Math.Max(smallestPrime, 2))) + 1;
        foreach (var exponent in PrimeSieve.Small)
        {
            if (exponent > most)
                break;
            while (CanBePower(number, exponent))
            {
                var root = Root(number, exponent);
                if (BigInteger.Pow(root, exponent) != number)
                    break;
                number = root;
                total *= exponent;
                most /= exponent;
            }
        }

        return (number, total);
    }

    /// <summary>
    /// The largest integer whose power is not above <paramref name="number"/>, by Newton's iteration from above.
    /// </summary>
    public static BigInteger Root(BigInteger number, int exponent)
    {
        if (number <= 1)
            return number;
        var bits = number.GetBitLength();

        // The leading 15 digits of the root, rounded up, so that the iteration starts above it.
        var shift = Math.Max(0, (bits / exponent) - 52) * exponent;
        var leading = Math.Exp(BigInteger.Log(number >> (int)shift) / exponent) * (1 + 1e-12);
        var guess = (new BigInteger(leading) + 1) << (int)(shift / exponent);
        while (true)
        {
            var power = BigInteger.Pow(guess, exponent - 1);
            var next = (((exponent - 1) * guess) + (number / power)) / exponent;
            if (next >= guess)
                return guess;
            guess = next;
        }
    }

    // For a prime q = 1 modulo the exponent, a power has a residue of an order that divides (q - 1) / exponent.
    private static bool CanBePower(BigInteger number, int exponent)
    {
        if (exponent == 2)
            return IsSquare(number);
        var checks = 0;
        for (var q = (2L * exponent) + 1; checks < 3 && q < int.MaxValue; q += 2 * exponent)
        {
            if (!MillerRabin.IsPrime((ulong)q))
                continue;
            checks++;
            var residue = (ulong)(number % q);
            if (residue == 0)
                continue;
            var ring = new Montgomery64((ulong)q);
            if (ring.Power(ring.From(residue), (ulong)((q - 1) / exponent)) != ring.One)
                return false;
        }

        return true;
    }
}
