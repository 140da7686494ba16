using Turnstile.Compute;

namespace Turnstile.Api.Compute;

/// <summary>A caller as JSON. Shares are parts of 1, times are seconds.</summary>
internal sealed record CallerBody
{
    public required string Caller { get; init; }

    public string? Account { get; init; }

    public double Weight { get; init; }

    public int MaxRunning { get; init; }

    public int MaxQueued { get; init; }

    public long Queued { get; init; }

    public long Running { get; init; }

    public long Done { get; init; }

    public long Failed { get; init; }

    public long Cancelled { get; init; }

    public double CpuSeconds { get; init; }

    public double Share { get; init; }

    /// <summary>The part of the time it has a right to among those that wait now.</summary>
    public double Entitlement { get; init; }

    public double ChargedCpuSeconds { get; init; }

    /// <summary>How far it is behind its part; below zero ahead of it.</summary>
    public double LagSeconds { get; init; }

    /// <summary>turn, max_running, retry or store; null where nothing waits.</summary>
    public string? WaitsFor { get; init; }

    public double? WaitP50Seconds { get; init; }

    public double? WaitP99Seconds { get; init; }

    public static CallerBody Of(CallerView caller) => new()
    {
        Caller = caller.Key.Name,
        Account = caller.Key.Account.Length > 0 ? caller.Key.Account : null,
        Weight = caller.Weight,
        MaxRunning = caller.RunningMax,
        MaxQueued = caller.QueuedMax,
        Queued = caller.Queued,
        Running = caller.Running,
        Done = caller.Done,
        Failed = caller.Failed,
        Cancelled = caller.Cancelled,
        CpuSeconds = Math.Round(caller.CpuSeconds, 6),
        Share = caller.Share,
        Entitlement = caller.Entitlement,
        ChargedCpuSeconds = Math.Round(caller.ChargedCpuSeconds, 6),
        LagSeconds = Math.Round(caller.LagSeconds, 6),
        WaitsFor = Words.Of(caller.Reason),
        WaitP50Seconds = caller.WaitMedianSeconds,
        WaitP99Seconds = caller.WaitP99Seconds,
    };
}

/// <summary>What may be set for a caller; what is left out stays as it is.</summary>
/// <param name="Weight">Its part against callers of weight 1; 0.01 to 100.</param>
/// <param name="MaxRunning">Jobs it may have begun and not ended; 1 to 1,000,000.</param>
/// <param name="MaxQueued">Jobs it may have waiting and running, together; 1 to 1,000,000,000.</param>
internal sealed record CallerSettingsBody(double? Weight = null, int? MaxRunning = null, int? MaxQueued = null);
