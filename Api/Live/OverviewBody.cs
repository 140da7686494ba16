using System.Text.Json.Serialization;
using Turnstile.Api.Accept;
using Turnstile.Api.Compute;
using Turnstile.Api.Events;
using Turnstile.Api.Factorial;
using Turnstile.Api.Http;
using Turnstile.Compute;

namespace Turnstile.Api.Live;

/// <summary>The service at one moment. A part that could not be asked is null.</summary>
internal sealed record OverviewBody
{
    public required DateTimeOffset At { get; init; }

    /// <summary>The account whose things are told of; null where it is everybody's.</summary>
    public string? Account { get; init; }

    public ComputeOverviewBody? Compute { get; init; }

    public StatsBody? Accept { get; init; }

    public MaterializedBody? Events { get; init; }

    public FactorialStatsBody? Factorials { get; init; }
}

/// <summary>Compute at one moment.</summary>
internal sealed record ComputeOverviewBody
{
    /// <summary>Jobs that workers ended in the last second.</summary>
    public required double JobsPerSecond { get; init; }

    /// <summary>CPU seconds used in a second, lately.</summary>
    public required double CpuPerSecond { get; init; }

    public required int Threads { get; init; }

    /// <summary>Jobs that wait, of the callers told of one by one, and those of others that the scheduler has at hand.</summary>
    public required long Queued { get; init; }

    /// <summary>How long the oldest job that has not begun has waited; null where none waits.</summary>
    public double? OldestSeconds { get; init; }

    /// <summary>Callers that have work, or had some lately.</summary>
    public required int Active { get; init; }

    public required IReadOnlyList<CallerOverviewBody> Callers { get; init; }

    public required IReadOnlyList<WorkersBody> Workers { get; init; }

    /// <summary>The jobs submitted last; null for who may not see everybody's.</summary>
    public IReadOnlyList<JobOverviewBody>? Latest { get; init; }
}

/// <summary>A caller: what it gets beside what it has a right to, and how it fares.</summary>
internal sealed record CallerOverviewBody
{
    public required string Caller { get; init; }

    public string? Account { get; init; }

    public required double Weight { get; init; }

    /// <summary>Its part of the compute time of the last seconds.</summary>
    public required double Share { get; init; }

    /// <summary>Its part by weight among all that have work; 0 where it has none.</summary>
    public required double Entitlement { get; init; }

    public required long Queued { get; init; }

    public required long Running { get; init; }

    public required long Done { get; init; }

    public required double CpuSeconds { get; init; }

    public double? WaitP50Seconds { get; init; }

    public double? WaitP99Seconds { get; init; }

    public string? WaitsFor { get; init; }

    public static CallerOverviewBody Of(CallerStanding standing, CallerView caller) => new()
    {
        Caller = caller.Key.Name,
        Account = caller.Key.Account.Length > 0 ? caller.Key.Account : null,
        Weight = caller.Weight,
        Share = Math.Round(standing.Share, 4),
        Entitlement = Math.Round(standing.Entitlement, 4),
        Queued = caller.Queued,
        Running = caller.Running,
        Done = caller.Done,
        CpuSeconds = Math.Round(caller.CpuSeconds, 3),
        WaitP50Seconds = caller.WaitMedianSeconds,
        WaitP99Seconds = caller.WaitP99Seconds,
        WaitsFor = Words.Of(caller.Reason),
    };
}

/// <summary>The workers of one silo and the jobs that have their threads now.</summary>
internal sealed record WorkersBody(string Name, int Threads, IReadOnlyList<JobOverviewBody> Running);

/// <summary>A job in a line.</summary>
internal sealed record JobOverviewBody
{
    private const int NumberLengthMax = 48;
    private const int NumberEndLength = 8;

    public required string Id { get; init; }

    public required string Status { get; init; }

    public required string Operation { get; init; }

    /// <summary>The number, its middle left out where it is long.</summary>
    public required string Number { get; init; }

    public required int Digits { get; init; }

    public required string Caller { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public required double CpuSeconds { get; init; }

    public required double Progress { get; init; }

    public static JobOverviewBody Of(JobView job) => new()
    {
        Id = JobId.Format(job.Id),
        Status = Words.Of(job.Status),
        Operation = Words.Of(job.Operation),
        Number = Brief(job.Number),
        Digits = job.Number.Length,
        Caller = job.Caller.Name,
        SubmittedAt = job.SubmittedAt,
        FinishedAt = job.FinishedAt,
        CpuSeconds = Math.Round(job.CpuSeconds, 4),
        Progress = Math.Round(job.Progress, 4),
    };

    private static string Brief(string number) => number.Length <= NumberLengthMax
        ? number
        : $"{number[..(NumberLengthMax - NumberEndLength)]}…{number[^NumberEndLength..]}";
}

/// <summary>The JSON of the overview, generated.</summary>
[JsonSerializable(typeof(OverviewBody))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(UtcTimes)])]
internal sealed partial class LiveJson : JsonSerializerContext;
