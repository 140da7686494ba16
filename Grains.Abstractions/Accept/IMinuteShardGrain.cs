using System.Collections.Immutable;

namespace Turnstile.Accept;

/// <summary>
/// The unique ids of one shard, in every minute that is open. The key is a <see cref="ShardKey"/>. A minute is named by the second
/// since 1970 at which it began.
/// </summary>
[Alias("turnstile.IMinuteShardGrain")]
public interface IMinuteShardGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Counts the ids in the minute. On <see cref="AddOutcome.Counted"/> they are on disk and in the minute's record whatever
    /// crashes. A fault leaves open whether they are counted; adding them again is harmless.
    /// </summary>
    /// <param name="minute">The minute in which the gateway received them.</param>
    /// <param name="ids">The ids, repeats allowed.</param>
    Task<AddOutcome> Add(long minute, ImmutableArray<long> ids);

    /// <summary>How many distinct ids this shard knows of in the minute.</summary>
    Task<long> Count(long minute);

    /// <summary>The minutes up to this one are recorded; what is kept for them can go.</summary>
    Task Forget(long throughMinute);
}

/// <summary>What became of a batch of ids.</summary>
public enum AddOutcome
{
    /// <summary>Every one of them is in the minute's count.</summary>
    Counted,

    /// <summary>
    /// The minute had closed; none of them was added. The gateway's clock is behind, or the batch was on its way too long.
    /// </summary>
    MinuteClosed,

    /// <summary>
    /// The minute begins later than a grace from now; none of them was added. The gateway's clock is ahead.
    /// </summary>
    MinuteAhead,
}
