using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>Makes the kernels. What they need of the machine (vector width, libgmp) they find out themselves.</summary>
public static class Kernels
{
    /// <summary>The largest n whose factorial is computed.</summary>
    public const int FactorialMax = FactorialKernel.Max;

    /// <summary>
    /// Whether libgmp does the arithmetic of long numbers; without it, it is managed code, several times slower.
    /// </summary>
    public static bool HasNativeArithmetic => LimbArithmetic.Fastest.IsNative;

    /// <summary>
    /// All prime factors of <paramref name="number"/>, which is at least 1. What cannot be split in reasonable time,
    /// a composite of more than 120 digits without factors of up to about 30, ends as <see
    /// cref="Factorization.Cofactor"/>.
    /// </summary>
    public static IKernel<Factorization> Factorize(BigInteger number) =>
        new FactorizeKernel(number, LimbArithmetic.Fastest);

    /// <summary><paramref name="n"/>! for n from 0 to <see cref="FactorialMax"/>, as decimal digits.</summary>
    public static IKernel<DecimalDigits> Factorial(int n) =>
        new FactorialKernel(n, LimbArithmetic.Fastest, DecimalMultiplication.IsSupported);

    /// <summary>Whether <paramref name="number"/>, which is at least 0, is prime.</summary>
    public static IKernel<Primality> IsPrime(BigInteger number) => new PrimalityKernel(number, LimbArithmetic.Fastest);

    /// <summary>The smallest prime above <paramref name="number"/>, which is at least 0.</summary>
    public static IKernel<DecimalDigits> NextPrime(BigInteger number) =>
        new NextPrimeKernel(number, LimbArithmetic.Fastest);
}
