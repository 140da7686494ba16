using System.Numerics;

namespace Turnstile.Numerics.Tests;

/// <summary>
/// Random numbers and the kinds that factorisers get wrong, cut into slices and restored anywhere, with libgmp and
/// without it in turn. <see cref="Cases.Count"/> of them.
/// </summary>
public sealed class AwkwardNumbersTests
{
    private const int SlicePiecesMax = 200;
    private const double RestoredPart = 0.2;

    private static readonly Func<Random, BigInteger>[] Kinds =
    [
        random => Cases.OfDigits(random, random.Next(1, 37)),
        random => Cases.PrimeOfDigits(random, random.Next(1, 17)) * Cases.PrimeOfDigits(random, random.Next(1, 17)),
        random => BigInteger.Pow(Cases.PrimeOfDigits(random, random.Next(1, 10)), random.Next(2, 8)),
        random => BigInteger.Pow(Cases.PrimeOfDigits(random, random.Next(10, 40)), 2),
        Carmichael,
        OfClosePrimes,
        Smooth,
        random => Smooth(random) * Cases.PrimeOfDigits(random, random.Next(18, 60)),
        BesidePowerOfTwo,
    ];

    [Fact]
    public void Random_and_awkward_numbers_are_the_product_of_primes_however_cut_and_restored()
    {
        var random = new Random(20260101);
        LimbArithmetic[] arithmetics = [LimbArithmetic.Fastest, new ManagedArithmetic()];
        for (var i = 0; i < Cases.Count; i++)
        {
            var number = Kinds[i % Kinds.Length](random);
            var arithmetic = arithmetics[i % arithmetics.Length];
            var result = Cases.FinishInPieces(
                () => new FactorizeKernel(number, arithmetic), random, SlicePiecesMax, RestoredPart);
            Cases.Check(number, result);
        }
    }

    // (6k + 1)(12k + 1)(18k + 1) with three primes (J. Chernick, "On Fermat's simple theorem", 1939).
    private static BigInteger Carmichael(Random random)
    {
        for (BigInteger k = random.Next(1, 1 << 30); ; k++)
        {
            BigInteger[] primes = [(6 * k) + 1, (12 * k) + 1, (18 * k) + 1];
            if (Array.TrueForAll(primes, IndependentPrimality.IsPrime))
                return primes[0] * primes[1] * primes[2];
        }
    }

    private static BigInteger OfClosePrimes(Random random)
    {
        var first = Cases.PrimeOfDigits(random, random.Next(2, 16));
        var second = first + 2;
        while (!IndependentPrimality.IsPrime(second))
            second += 2;
        return first * second;
    }

    private static BigInteger Smooth(Random random)
    {
        var number = BigInteger.One;
        for (var count = random.Next(1, 40); count > 0; count--)
            number *= random.Next(2, 1 << random.Next(2, 16));
        return number;
    }

    // The same powers come again and again, so most of them with a small number besides.
    private static BigInteger BesidePowerOfTwo(Random random) =>
        ((BigInteger.One << random.Next(2, 110)) + (random.Next(2) == 0 ? 1 : -1)) * random.Next(1, 1_000);
}
