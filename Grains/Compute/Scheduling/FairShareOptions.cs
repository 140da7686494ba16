namespace Turnstile.Grains.Compute.Scheduling;

/// <summary>What <see cref="FairShare"/> is tuned by.</summary>
internal sealed record FairShareOptions
{
    /// <summary>CPU seconds a party of weight 1 gets in a round.</summary>
    public double QuantumSeconds { get; init; } = 0.010;

    /// <summary>CPU seconds a slice lasts at most.</summary>
    public double SliceSeconds { get; init; } = 0.050;

    /// <summary>A caller with fewer ready jobs than this is asked for more, if it has more.</summary>
    public int WindowLow { get; init; } = 128;

    /// <summary>How long a job is set aside at most that shares the work of another.</summary>
    public double SharingSecondsMax { get; init; } = 8;

    /// <summary>Callers that are remembered for what they had lately; more are only where they owe something.</summary>
    public int RestingMax { get; init; } = 1_000;

    /// <summary>Jobs are served by age alone, for comparisons; a decision then looks at every caller.</summary>
    public bool FirstComeFirstServed { get; init; }

    /// <summary>How long a job is set aside whose worker failed, the first time.</summary>
    public double SetAsideSeconds { get; init; } = 1;

    /// <summary>How long it is set aside at most.</summary>
    public double SetAsideSecondsMax { get; init; } = 60;
}
