using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Turnstile.Events;

namespace Turnstile.Grains.Events;

/// <summary>
/// Takes events in and answers about them; it keeps nothing, so that as many of it run at once as are asked.
/// </summary>
[StatelessWorker]
[Reentrant]
internal sealed class EventsGrain(
    EventIntake intake,
    EventStore store,
    PlayerStore players,
    IOptions<EventsOptions> options,
    EventsTelemetry telemetry,
    TimeProvider time) : Grain, IEventsGrain
{
    // Of dead letters: other commits wait for it, some tenths of a second.
    private const int RevivedAtOnce = 10_000;

    private int Partitions => options.Value.Partitions;

    public async Task<IntakeOutcome> Submit(ImmutableArray<CasinoEvent> events)
    {
        IntakeResult result = await intake.Take(IntakeBatch.Of(events, Partitions, time.GetUtcNow()));
        switch (result.Outcome)
        {
            case IntakeOutcome.Taken taken:
                telemetry.Taken(taken.Accepted, taken.Duplicates);
                break;
            case IntakeOutcome.Full:
                telemetry.Refused("full");
                break;
            default:
                telemetry.Refused("id reused");
                break;
        }

        Wake(result.Partitions);
        return result.Outcome;
    }

    public async Task<EventTotals> Materialise(int windowSeconds)
    {
        long second = time.GetUtcNow().ToUnixTimeSeconds();
        PartitionTotals[] parts = await Task.WhenAll(
            Enumerable.Range(0, Partitions).Select(partition => Grain(partition).Totals(second, windowSeconds)));
        return new EventTotals
        {
            Total = parts.Sum(part => part.Total),
            PerMinute = parts.Sum(part => part.LastMinute),
            MovingAverage = (double)parts.Sum(part => part.InWindow) / windowSeconds,
            Tops = parts.Aggregate(Tops.None, (tops, part) => tops.With(part.Tops)),
        };
    }

    public Task<EventView> Find(long id) => store.Find(id);

    public async Task<Page<DeadEvent>> DeadLetters(int limit, long? after) => Pages.Of(
        await store.PageDead(after, limit + 1),
        limit,
        failure => new DeadEvent
        {
            Event = failure.Received.Event,
            Reason = failure.Reason,
            Attempts = failure.Attempts,
            FailedAt = failure.FailedAt,
        },
        failure => failure.Id.ToString());

    public async Task<EventRetryOutcome> Retry(long id)
    {
        List<RevivedEvent> revived = await store.Revive(new DeadRange(id - 1, id, 1, time.GetUtcNow()));
        if (revived.Count == 0)
        {
            return await store.Find(id) is EventView.Unknown ? EventRetryOutcome.Unknown : EventRetryOutcome.NotDead;
        }

        Wake(revived.Select(one => one.Partition));
        return EventRetryOutcome.Waiting;
    }

    public async Task<EventsRetried> RetryMany(long after)
    {
        List<RevivedEvent> revived = await store.Revive(new DeadRange(after, long.MaxValue, RevivedAtOnce, time.GetUtcNow()));
        Wake(revived.Select(one => one.Partition).Distinct());
        return new EventsRetried
        {
            Count = revived.Count, Next = revived.Count < RevivedAtOnce ? null : revived.Max(one => one.Id),
        };
    }

    public async Task<Player?> FindPlayer(long id) => await players.Find(id);

    public Task PutPlayer(Player player) => players.Put(player);

    private IEventPartitionGrain Grain(int partition) => GrainFactory.GetGrain<IEventPartitionGrain>(partition);

    /// <summary>One-way calls: nobody waits for the partitions.</summary>
    private void Wake(IEnumerable<int> partitions)
    {
        foreach (int partition in partitions)
        {
            _ = Grain(partition).Wake();
        }
    }
}
