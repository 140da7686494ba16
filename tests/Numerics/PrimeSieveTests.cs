namespace Turnstile.Numerics.Tests;

public sealed class PrimeSieveTests
{
    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(65_536, 6_542)]
    [InlineData(65_537, 6_542)]
    [InlineData(65_538, 6_543)]
    [InlineData(131_072, 12_251)]
    [InlineData(1_000_000, 78_498)]
    [InlineData(10_000_000, 664_579)]
    public void Primes_are_ascending_and_as_many_as_there_are(int limit, int count)
    {
        int[] primes = [.. PrimeSieve.Below(limit)];
        Assert.Equal(count, primes.Length);
        Assert.Equal(primes.Distinct().Order(), primes);
        Assert.All(primes.TakeLast(100), prime => Assert.True(IndependentPrimality.IsPrime(prime)));
    }
}
