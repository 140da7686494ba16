using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// The polynomials that share a leading coefficient: (2ax + b)² - kN = 4a (ax² + bx + c), where a is a product of
/// primes of the factor base and b takes 2^(s - 1) values, one Gray code step apart (S. P. Contini, "Factoring
/// integers with the self-initializing quadratic sieve", 1997). With kN = 1 modulo 8 and b odd all values ax² + bx +
/// c are even.
/// </summary>
internal sealed unsafe class PolynomialFamily
{
    private readonly BigInteger _number;

    /// <param name="number">kN.</param>
    /// <param name="factorBase">Where the factors come from.</param>
    /// <param name="factors">Indices of a's primes in the factor base, ascending.</param>
    public PolynomialFamily(BigInteger number, FactorBase factorBase, int[] factors)
    {
        _number = number;
        Factors = factors;
        A = BigInteger.One;
        foreach (var factor in factors)
            A *= factorBase.Primes[factor];
        Steps = new BigInteger[factors.Length];
        Primes = Array.ConvertAll(factors, factor => factorBase.Primes[factor]);
        Gammas = new uint[factors.Length];
        var sum = BigInteger.Zero;
        for (var l = 0; l < factors.Length; l++)
        {
            var prime = factorBase.Primes[factors[l]];
            var rest = A / prime;
            var inverse = ModularRoot.Inverse((uint)(rest % prime), prime);
            var gamma = ModularRoot.Multiply(factorBase.Roots[factors[l]], inverse, prime);
            Gammas[l] = Math.Min(gamma, prime - gamma);
            Steps[l] = rest * Gammas[l];
            sum += Steps[l];
        }

        Offset = sum.IsEven ? A : BigInteger.Zero;
    }

    public BigInteger A { get; }

    /// <summary>Indices of a's primes in the factor base.</summary>
    public int[] Factors { get; }

    /// <summary>a's primes.</summary>
    public uint[] Primes { get; }

    /// <summary>For each of a's primes q its step times q / a.</summary>
    public uint[] Gammas { get; }

    /// <summary>Numbers whose sums and differences are the roots of kN modulo a.</summary>
    public BigInteger[] Steps { get; }

    /// <summary>What makes b odd: a or 0.</summary>
    public BigInteger Offset { get; }

    /// <summary>How many polynomials there are.</summary>
    public int Count => 1 << (Factors.Length - 1);

    /// <summary>
    /// Whether step <paramref name="l"/> is subtracted in polynomial <paramref name="index"/> (Gray code).
    /// </summary>
    public static bool IsNegative(int index, int l) => ((index ^ (index >> 1)) >> l & 1) != 0;

    /// <summary>b of a polynomial.</summary>
    public BigInteger B(int index)
    {
        var b = Offset;
        for (var l = 0; l < Steps.Length; l++)
            b += IsNegative(index, l) ? -Steps[l] : Steps[l];
        return b;
    }

    /// <summary>c of a polynomial with the given b.</summary>
    public BigInteger C(BigInteger b) => ((b * b) - _number) / (4 * A);
}
