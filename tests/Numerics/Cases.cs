using System.Buffers;
using System.Numerics;

namespace Turnstile.Numerics.Tests;

/// <summary>Numbers to try, the same in every run.</summary>
internal static class Cases
{
    /// <summary>How many random numbers the long property tests take; set the variable for a longer run.</summary>
    public static int Count { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("TURNSTILE_NUMERICS_CASES"), out var count) ? count : 10_000;

    /// <summary>A number of exactly so many digits.</summary>
    public static BigInteger OfDigits(Random random, int digits)
    {
        var text = new char[digits];
        for (var i = 0; i < digits; i++)
            text[i] = (char)('0' + random.Next(i == 0 ? 1 : 0, 10));
        return BigInteger.Parse(text);
    }

    /// <summary>A prime of about so many digits.</summary>
    public static BigInteger PrimeOfDigits(Random random, int digits)
    {
        var candidate = OfDigits(random, digits) | 1;
        while (!IndependentPrimality.IsPrime(candidate))
            candidate += 2;
        return candidate;
    }

    /// <summary>A prime of about so many bits, whose highest is set.</summary>
    public static BigInteger PrimeOfBits(Random random, int bits)
    {
        var candidate = BigInteger.One;
        for (var i = 1; i < bits; i++)
            candidate = (candidate << 1) + random.Next(2);
        candidate |= 1;
        while (!IndependentPrimality.IsPrime(candidate))
            candidate += 2;
        return candidate;
    }

    /// <summary>Runs a kernel to its end and gives its result.</summary>
    public static T Finish<T>(IKernel<T> kernel)
        where T : class
    {
        using (kernel)
        {
            Assert.True(kernel.Step(SliceBudget.Unlimited));
            Assert.Equal(1, kernel.Progress);
            return kernel.Result;
        }
    }

    /// <summary>
    /// Runs a kernel in slices of up to <paramref name="most"/> pieces, and after some of them goes on with another
    /// one restored from a checkpoint.
    /// </summary>
    public static T FinishInPieces<T>(Func<IKernel<T>> make, Random random, int most, double restorePart)
        where T : class
    {
        var kernel = make();
        try
        {
            var progress = 0.0;
            while (!kernel.Step(new CountedBudget(random.Next(1, most))))
            {
                Assert.InRange(kernel.Progress, progress, 1);
                progress = kernel.Progress;
                if (random.NextDouble() >= restorePart)
                    continue;
                var buffer = new ArrayBufferWriter<byte>();
                kernel.WriteCheckpoint(buffer);
                if (buffer.WrittenCount == 0)
                    continue;
                kernel.Dispose();
                kernel = make();
                kernel.Restore(buffer.WrittenSpan);
                progress = 0;
            }

            return kernel.Result;
        }
        finally
        {
            kernel.Dispose();
        }
    }

    /// <summary>Asserts that a factorisation is complete and ascending, and its primes are prime.</summary>
    public static void Check(BigInteger number, Factorization result)
    {
        Assert.Null(result.Cofactor);
        Assert.Equal(number, Product(result));
        for (var i = 0; i < result.Factors.Length; i++)
        {
            var prime = result.Factors[i].Prime;
            Assert.True(IndependentPrimality.IsPrime(prime), $"{prime} of {number}");
            Assert.True(i == 0 || result.Factors[i - 1].Prime < prime, $"{number}");
        }
    }

    /// <summary>What the factors and the cofactor multiply to.</summary>
    public static BigInteger Product(Factorization factorization)
    {
        var product = factorization.Cofactor ?? BigInteger.One;
        foreach (var (prime, exponent) in factorization.Factors)
            product *= BigInteger.Pow(prime, exponent);
        return product;
    }
}
