using System.Collections.Immutable;

namespace Turnstile.Events;

/// <summary>The face of the events: takes them in, finds them, sums them up. The key is always 0.</summary>
[Alias("turnstile.IEventsGrain")]
public interface IEventsGrain : IGrainWithIntegerKey
{
    /// <summary>Stores all the events that are new, or, where the outcome is not accepted, none.</summary>
    Task<IntakeOutcome> Submit(ImmutableArray<CasinoEvent> events);

    /// <summary>What all counted events come to.</summary>
    /// <param name="windowSeconds">The window of the moving average, 1…3,600.</param>
    Task<EventTotals> Materialise(int windowSeconds);

    /// <summary>An event and how far it got.</summary>
    Task<EventView> Find(long id);

    /// <summary>Dead letters, newest first.</summary>
    /// <param name="limit">1…1,000.</param>
    /// <param name="after">The cursor of the page before; null for the first page.</param>
    Task<Page<DeadEvent>> DeadLetters(int limit, long? after);

    /// <summary>Has a dead letter tried again, with all its attempts before it.</summary>
    Task<EventRetryOutcome> Retry(long id);

    /// <summary>
    /// Has dead letters tried again, as many as one call has the time for: the first after an id, in the order of their ids.
    /// </summary>
    Task<EventsRetried> RetryMany(long after);

    /// <summary>A player's row, or null.</summary>
    Task<Player?> FindPlayer(long id);

    /// <summary>Stores a player's row in place of the one that was there.</summary>
    Task PutPlayer(Player player);
}
