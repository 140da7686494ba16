using System.Collections.Immutable;

namespace Turnstile.Compute;

/// <summary>A job as it stands at one moment.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.JobView")]
public sealed record JobView
{
    [Id(0)] public required long Id { get; init; }

    [Id(1)] public required CallerKey Caller { get; init; }

    [Id(2)] public required JobOperation Operation { get; init; }

    [Id(3)] public required string Number { get; init; }

    [Id(4)] public required JobStatus Status { get; init; }

    [Id(5)] public int Priority { get; init; }

    [Id(6)] public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>When its first slice began, of the attempt that counts.</summary>
    [Id(7)] public DateTimeOffset? StartedAt { get; init; }

    [Id(8)] public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Measured CPU time of its slices, in seconds.</summary>
    [Id(9)] public double CpuSeconds { get; init; }

    /// <summary>How often a worker took it up.</summary>
    [Id(10)] public int Attempts { get; init; }

    /// <summary>The part that is done, 0…1.</summary>
    [Id(11)] public double Progress { get; init; }

    /// <summary>Only while queued.</summary>
    [Id(12)] public JobWait? Wait { get; init; }

    [Id(13)] public JobResult? Result { get; init; }

    [Id(14)] public string? Error { get; init; }

    /// <summary>Rises with every change that a watcher would want to see.</summary>
    [Id(15)] public long Version { get; init; }

    /// <summary>The attempts that did not finish it, oldest first.</summary>
    [Id(16)] public ImmutableArray<JobFailure> Failures { get; init; } = [];

    /// <summary>True once the job can change no more.</summary>
    public bool Ended => Status >= JobStatus.Done;
}

/// <summary>An attempt that did not finish its job.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.JobFailure")]
public sealed record JobFailure
{
    /// <summary>Which attempt, from 1.</summary>
    [Id(0)] public required int Attempt { get; init; }

    [Id(1)] public required DateTimeOffset At { get; init; }

    [Id(2)] public required string Reason { get; init; }
}

/// <summary>Why a queued job waits.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.JobWait")]
public sealed record JobWait
{
    /// <summary>Its place among its caller's jobs, from 1.</summary>
    [Id(0)] public required long Position { get; init; }

    /// <summary>
    /// Seconds until its first slice at the caller's present pace; null before there is a pace to go by.
    /// </summary>
    [Id(1)] public double? EstimateSeconds { get; init; }
}
