using Turnstile.Grains.Events.Counting;

namespace Turnstile.Grains.Events;

/// <summary>A partition as it is stored.</summary>
internal sealed record PartitionRow(int Id)
{
    public long NextSequence { get; init; } = 1;

    public long Processed { get; init; }

    public long Retrying { get; init; }

    public long Steps { get; init; }

    public byte[]? Snapshot { get; init; }

    public long SnapshotStep { get; init; }

    public long OutputStep { get; init; }

    /// <summary>Events taken in that are neither counted nor dead.</summary>
    public long Waiting => NextSequence - 1 - Processed + Retrying;
}

/// <summary>
/// Where an event is: its place in the inbox, or with a minus the step of the attempt that succeeded.
/// </summary>
internal readonly record struct EventPlace(long Id, long ContentHash, int Partition, long Sequence);

/// <summary>A row of the inbox.</summary>
internal readonly record struct InboxRow(int Partition, long FirstSequence, byte[] Events);

/// <summary>The final events of a step.</summary>
internal sealed record StepRow(int Partition, long Step, byte[] Lines)
{
    /// <summary>The lines as they are stored; see <see cref="StepLines"/>.</summary>
    public byte[]? Packed { get; init; }

    /// <summary>The places in the inbox it covers; null for a step that tried failures again.</summary>
    public (long First, long Last)? Sequences { get; init; }
}

/// <summary>An event that failed.</summary>
internal sealed record FailureRow
{
    public required int Partition { get; init; }

    public required ReceivedEvent Received { get; init; }

    public required int Attempts { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    public required bool Dead { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset FailedAt { get; init; }

    public long Id => Received.Event.Id;
}

/// <summary>Dead letters to be brought back to life.</summary>
/// <param name="After">The id before theirs.</param>
/// <param name="Last">Their last id.</param>
/// <param name="Limit">The most at a time.</param>
/// <param name="Now">When they are due.</param>
internal readonly record struct DeadRange(long After, long Last, int Limit, DateTimeOffset Now);

/// <summary>A dead letter that was brought back to life.</summary>
internal readonly record struct RevivedEvent(long Id, int Partition);

/// <summary>Everything one step of a partition changes, in one transaction.</summary>
internal sealed record StepCommit
{
    /// <summary>The partition before the step; nothing happens where it is not so any more.</summary>
    public required PartitionRow Before { get; init; }

    public required PartitionRow After { get; init; }

    /// <summary>The final events; null where all failed.</summary>
    public StepRow? Finals { get; init; }

    /// <summary>Events that failed, now or again.</summary>
    public IReadOnlyList<FailureRow> Failures { get; init; } = [];

    /// <summary>Former failures that succeeded.</summary>
    public IReadOnlyList<long> Recovered { get; init; } = [];

    /// <summary>The totals as of before the step, now and then.</summary>
    public byte[]? Snapshot { get; init; }

    /// <summary>The tallies that go with the snapshot.</summary>
    public IReadOnlyList<StoredTally> Tallies { get; init; } = [];
}
