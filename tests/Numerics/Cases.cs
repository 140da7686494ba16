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
}
