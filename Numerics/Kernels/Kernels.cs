using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>Makes the kernels. What they need of the machine (vector width, libgmp) they find out themselves.</summary>
public static class Kernels
{
    /// <summary>All prime factors of <paramref name="number"/>, which is at least 1.</summary>
    public static IKernel<Factorization> Factorize(BigInteger number) => throw new PlatformNotSupportedException();

    /// <summary><paramref name="n"/>! for n from 0, as decimal digits.</summary>
    public static IKernel<DecimalDigits> Factorial(int n) => throw new PlatformNotSupportedException();

    /// <summary>Whether <paramref name="number"/>, which is at least 0, is prime.</summary>
    public static IKernel<Primality> IsPrime(BigInteger number) => throw new PlatformNotSupportedException();

    /// <summary>The smallest prime above <paramref name="number"/>, which is at least 0.</summary>
    public static IKernel<DecimalDigits> NextPrime(BigInteger number) => throw new PlatformNotSupportedException();
}
