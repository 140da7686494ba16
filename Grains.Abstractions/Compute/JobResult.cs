using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Turnstile.Compute;

/// <summary>
/// What a job computed; one type for each <see cref="JobOperation"/>. Big integers are decimal strings.
/// </summary>
[GenerateSerializer, Immutable, Alias("turnstile.JobResult")]
public abstract record JobResult;

/// <summary>
/// The primes of a number, ascending; with <see cref="Cofactor"/> where it could not be split, and the job has failed.
/// </summary>
[GenerateSerializer, Immutable, Alias("turnstile.FactorizeResult")]
public sealed record FactorizeResult : JobResult
{
    [Id(0)] public required ImmutableArray<PrimeFactor> Factors { get; init; }

    [Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Cofactor { get; init; }
}

/// <summary>A prime and how often it divides the number.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.PrimeFactor")]
public sealed record PrimeFactor
{
    [Id(0)] public required string Prime { get; init; }

    [Id(1)] public required int Exponent { get; init; }
}

/// <summary>
/// A factorial. A value of more than 1 MiB is not carried here but read in pieces by <see
/// cref="IJobGrain.ReadValue"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("turnstile.FactorialResult")]
public sealed record FactorialResult : JobResult
{
    [Id(0)] public required string Number { get; init; }

    [Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Value { get; init; }

    /// <summary>How many decimal digits the value has.</summary>
    [Id(2)] public required int Digits { get; init; }

    /// <summary>SHA-256 of the digits in ASCII, lower-case hexadecimal.</summary>
    [Id(3)] public required string Sha256 { get; init; }
}

/// <summary>Whether the number is prime, and how that is known: <c>deterministic</c> or <c>bpsw</c>.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.IsPrimeResult")]
public sealed record IsPrimeResult : JobResult
{
    [Id(0)] public required bool Prime { get; init; }

    [Id(1)] public required string Proof { get; init; }
}

/// <summary>The smallest prime above the number.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.NextPrimeResult")]
public sealed record NextPrimeResult : JobResult
{
    [Id(0)] public required string Value { get; init; }
}
