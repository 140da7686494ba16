namespace Turnstile.Compute;

/// <summary>A job as its caller asks for it. The gateway has checked every field against its limits.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.JobRequest")]
public sealed record JobRequest
{
    [Id(0)] public JobOperation Operation { get; init; }

    /// <summary>A natural number in decimal, without sign or leading zeros.</summary>
    [Id(1)] public required string Number { get; init; }

    /// <summary>0…9, higher first; orders the jobs of one caller and nothing else.</summary>
    [Id(2)] public int Priority { get; init; }

    /// <summary>
    /// CPU seconds the job may use before it fails with what was found so far; null for the configured default.
    /// </summary>
    [Id(3)] public double? TimeoutSeconds { get; init; }

    /// <summary>
    /// A repeat with the same key is answered with the first job; null where the caller gave none. Of many requests the first has it for
    /// all of them.
    /// </summary>
    [Id(4)] public string? IdempotencyKey { get; init; }
}
