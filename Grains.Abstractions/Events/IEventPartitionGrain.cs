using Orleans.Concurrency;

namespace Turnstile.Events;

/// <summary>
/// One of the partitions among which players are divided: takes its events from the inbox in order, enriches and counts
/// them. The key is the partition's number, from 0.
/// </summary>
[Alias("turnstile.IEventPartitionGrain")]
public interface IEventPartitionGrain : IGrainWithIntegerKey
{
    /// <summary>There may be something to do. Harmless at any time.</summary>
    [OneWay]
    Task Wake();

    /// <summary>What the events counted by this partition come to.</summary>
    /// <param name="second">The last second of the window, since 1970.</param>
    /// <param name="windowSeconds">1…3,600.</param>
    Task<PartitionTotals> Totals(long second, int windowSeconds);
}
