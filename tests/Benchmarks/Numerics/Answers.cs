using System.Numerics;
using Turnstile.Numerics;

namespace Turnstile.Benchmarks.Numerics;

/// <summary>Judges factorisations, whoever made them.</summary>
internal static class Answers
{
    /// <exception cref="InvalidOperationException">The factors are not the primes of the number.</exception>
    public static void Check(BigInteger number, IEnumerable<BigInteger> primes)
    {
        var product = BigInteger.One;
        foreach (var prime in primes)
        {
            product *= prime;
            using var kernel = Kernels.IsPrime(prime);
            kernel.Step(SliceBudget.Unlimited);
            if (!kernel.Result.IsPrime)
                throw new InvalidOperationException($"{prime}, said to be a factor of {number}, is not prime.");
        }

        if (product != number)
            throw new InvalidOperationException($"The factors said to be those of {number} multiply to {product}.");
    }
}
