using System.Collections.Immutable;

namespace Turnstile.Compute;

/// <summary>What became of a submission.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.SubmitOutcome")]
public abstract record SubmitOutcome
{
    /// <summary>Every job is on disk, in the order asked for.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.SubmitOutcome.Accepted")]
    public sealed record Accepted : SubmitOutcome
    {
        [Id(0)] public required ImmutableArray<long> Ids { get; init; }
    }

    /// <summary>The idempotency key was used before; this is the job it named then. Nothing was stored.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.SubmitOutcome.Repeated")]
    public sealed record Repeated : SubmitOutcome
    {
        [Id(0)] public required long Id { get; init; }
    }

    /// <summary>The idempotency key was used before, for something else. Nothing was stored.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.SubmitOutcome.KeyReused")]
    public sealed record KeyReused : SubmitOutcome;

    /// <summary>The caller's queue is full. Nothing was stored.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.SubmitOutcome.QueueFull")]
    public sealed record QueueFull : SubmitOutcome
    {
        [Id(0)] public required int QueuedMax { get; init; }

        /// <summary>When there should be room again at the pace the queue drains now.</summary>
        [Id(1)] public required double RetryAfterSeconds { get; init; }
    }
}

/// <summary>What became of a cancellation.</summary>
public enum CancelOutcome
{
    /// <summary>No such job.</summary>
    Unknown,

    /// <summary>The job is cancelled, or will be at the end of the slice it runs.</summary>
    Cancelling,

    /// <summary>The job had already ended.</summary>
    AlreadyEnded,
}

/// <summary>What became of a retry of a dead letter.</summary>
public enum RetryOutcome
{
    /// <summary>No such job.</summary>
    Unknown,

    /// <summary>The job is queued again, with all its attempts before it.</summary>
    Queued,

    /// <summary>The job is not a dead letter.</summary>
    NotDead,
}
