namespace Turnstile.Events;

/// <summary>What became of events handed in.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.IntakeOutcome")]
public abstract record IntakeOutcome
{
    /// <summary>All are on disk: new ones now, the others since before.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.IntakeOutcome.Taken")]
    public sealed record Taken : IntakeOutcome
    {
        [Id(0)] public required int Accepted { get; init; }

        /// <summary>Events whose id and content were known already; they are not counted again.</summary>
        [Id(1)] public required int Duplicates { get; init; }
    }

    /// <summary>An id stands for another event already. Nothing was stored.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.IntakeOutcome.IdReused")]
    public sealed record IdReused : IntakeOutcome
    {
        /// <summary>Which of the events, from 0.</summary>
        [Id(0)] public required int Index { get; init; }

        [Id(1)] public required long Id { get; init; }
    }

    /// <summary>Too many events wait in a partition. Nothing was stored.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.IntakeOutcome.Full")]
    public sealed record Full : IntakeOutcome
    {
        [Id(0)] public required int WaitingMax { get; init; }

        /// <summary>When it is worth coming back.</summary>
        [Id(1)] public required double RetryAfterSeconds { get; init; }
    }
}

/// <summary>An event and how far it got.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.EventView")]
public abstract record EventView
{
    /// <summary>No event of that id was taken in.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.EventView.Unknown")]
    public sealed record Unknown : EventView;

    /// <summary>It is in the inbox, or its next attempt is due later.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.EventView.Waiting")]
    public sealed record Waiting : EventView
    {
        /// <summary>Attempts that failed.</summary>
        [Id(0)] public int Attempts { get; init; }

        /// <summary>Why the last one did; null where there was none.</summary>
        [Id(1)] public string? Reason { get; init; }
    }

    /// <summary>It is a dead letter.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.EventView.Dead")]
    public sealed record Dead : EventView
    {
        [Id(0)] public required string Reason { get; init; }
    }

    /// <summary>It was enriched and counted.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.EventView.Final")]
    public sealed record Final : EventView
    {
        /// <summary>The final event, the JSON line that was logged.</summary>
        [Id(0)] public required byte[] Json { get; init; }
    }

    /// <summary>It was enriched and counted so long ago that its final form is not kept any more.</summary>
    [GenerateSerializer, Immutable, Alias("turnstile.EventView.Forgotten")]
    public sealed record Forgotten : EventView;
}

/// <summary>What became of the retry of a dead letter.</summary>
public enum EventRetryOutcome
{
    /// <summary>No event of that id was taken in.</summary>
    Unknown,

    /// <summary>It is tried again now.</summary>
    Waiting,

    /// <summary>It is not a dead letter.</summary>
    NotDead,
}

/// <summary>Dead letters that are tried again now.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.EventsRetried")]
public sealed record EventsRetried
{
    [Id(0)] public required int Count { get; init; }

    /// <summary>The id after which there may be more; null where there are none.</summary>
    [Id(1)] public long? Next { get; init; }
}

/// <summary>An event that was given up.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.DeadEvent")]
public sealed record DeadEvent
{
    [Id(0)] public required CasinoEvent Event { get; init; }

    [Id(1)] public required string Reason { get; init; }

    [Id(2)] public required int Attempts { get; init; }

    /// <summary>When the last attempt failed.</summary>
    [Id(3)] public required DateTimeOffset FailedAt { get; init; }
}
