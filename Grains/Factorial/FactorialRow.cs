using Turnstile.Factorial;

namespace Turnstile.Grains.Factorial;

/// <summary>A factorial as it is stored, but for its digits and its counts.</summary>
internal sealed record FactorialRow
{
    public required int Number { get; init; }

    public required FactorialStatus Status { get; init; }

    /// <summary>Counts the computations begun, from 1.</summary>
    public required long Generation { get; init; }

    /// <summary>The job of this generation.</summary>
    public required long Job { get; init; }

    public string? Checksum { get; init; }

    public int? Digits { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When this generation began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public string? Error { get; init; }

    /// <summary>True once nothing more happens to it by itself.</summary>
    public bool Ended => Status >= FactorialStatus.Done;

    public FactorialView ToView(long version = 0) => new()
    {
        Number = Number,
        Status = Status,
        Job = Job,
        Checksum = Status == FactorialStatus.Calculating ? null : Checksum,
        Digits = Status == FactorialStatus.Calculating ? null : Digits,
        CreatedAt = CreatedAt,
        FinishedAt = FinishedAt,
        Error = Error,
        Version = version,
    };
}
