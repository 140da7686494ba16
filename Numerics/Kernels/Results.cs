using System.Collections.Immutable;
using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>A prime and how often it divides.</summary>
public sealed record PrimePower(BigInteger Prime, int Exponent);

/// <summary>
/// The primes of a number in ascending order. <see cref="Cofactor"/> is what could not be split, or null where the
/// factorisation is complete: the product of all prime powers and the cofactor is the number.
/// </summary>
public sealed record Factorization(ImmutableArray<PrimePower> Factors, BigInteger? Cofactor = null);

/// <summary>How sure the answer about primality is.</summary>
public enum PrimalityProof
{
    /// <summary>
    /// Proved: by exhaustion of bases below 2^81, by a witness of compositeness, or by the primes of the number before.
    /// </summary>
    Deterministic,

    /// <summary>A strong Baillie-PSW probable prime; no composite is known that passes.</summary>
    BailliePsw,
}

/// <summary>Whether a number is prime.</summary>
public sealed record Primality(bool IsPrime, PrimalityProof Proof);

/// <summary>A natural number as its decimal digits in ASCII, most significant first, without leading zeros.</summary>
public sealed record DecimalDigits(ReadOnlyMemory<byte> Ascii);
