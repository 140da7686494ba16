namespace Turnstile.Compute;

/// <summary>What a caller's queue, the scheduler and a worker have to know of a job that waits.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.QueuedJob")]
public sealed record QueuedJob
{
    /// <summary>Numbers of more digits are left out of a queue and read from the job's row when it starts.</summary>
    public const int InlineDigitsMax = 256;

    [Id(0)] public required long Id { get; init; }

    [Id(1)] public required JobOperation Operation { get; init; }

    /// <summary>The number, or null where it has more than <see cref="InlineDigitsMax"/> digits.</summary>
    [Id(2)] public string? Number { get; init; }

    /// <summary>Decimal digits of the number: what its cost is guessed by.</summary>
    [Id(3)] public required int Digits { get; init; }

    [Id(4)] public required int Priority { get; init; }

    /// <summary>It was read back from the store and may have run before.</summary>
    [Id(5)] public bool Recovered { get; init; }

    [Id(6)] public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>The stored number of its caller.</summary>
    [Id(8)] public required long CallerId { get; init; }

    /// <summary>CPU seconds it may use; null for the default.</summary>
    [Id(7)] public double? TimeoutSeconds { get; init; }

    /// <summary>The trace it belongs to, as W3C's <c>traceparent</c>; null where it is not traced.</summary>
    [Id(9)] public string? Trace { get; init; }
}
