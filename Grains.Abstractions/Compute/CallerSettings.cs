namespace Turnstile.Compute;

/// <summary>What an operator may set for one caller. A null leaves that setting as it was, or at its default.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.CallerSettings")]
public sealed record CallerSettings
{
    /// <summary>Its part against callers of weight 1; 0.01…100.</summary>
    [Id(0)] public double? Weight { get; init; }

    /// <summary>Jobs it may have started and not ended at one time; at least 1.</summary>
    [Id(1)] public int? RunningMax { get; init; }

    /// <summary>Jobs it may have waiting and running, together; at least 1.</summary>
    [Id(2)] public int? QueuedMax { get; init; }
}
