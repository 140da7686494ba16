namespace Turnstile.Compute;

/// <summary>What is to be computed of a number. The values are stored: never renumber them.</summary>
public enum JobOperation
{
    /// <summary>All prime factors; the number is at least 1.</summary>
    Factorize = 0,

    /// <summary>The product of 1…n; n is at least 0.</summary>
    Factorial = 1,

    /// <summary>Whether the number is prime.</summary>
    IsPrime = 2,

    /// <summary>The smallest prime above the number.</summary>
    NextPrime = 3,
}
