using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Turnstile.Accept;
using Turnstile.Grains.Accept.Counting;
using Turnstile.Grains.Accept.Ids;

namespace Turnstile.Grains.Accept;

/// <summary>
/// Closes minutes: seals those that are due, so that nothing is added any more, counts them, and stores their records.
/// Every step can be done twice, by two of these at once even: the store takes one record a minute, and after the sealing
/// everybody counts the same.
/// </summary>
[Reentrant]
[KeepAlive]
internal sealed class MinutesGrain(
    AcceptStore store,
    AcceptTelemetry telemetry,
    IOptions<AcceptOptions> options,
    TimeProvider time,
    ILogger<MinutesGrain> logger) : Grain, IMinutesGrain
{
    private const int HistoryMax = 60;

    // After an outage, the minutes in which nothing was counted get records of 0 if they are among the last of these; a
    // year of them would drown whoever reads them.
    private const int EmptyMax = 60;

    private readonly MinuteClock _clock = options.Value.Clock;
    private Task _closing = Task.CompletedTask;

    /// <summary>One at a time in this grain; what became due since the last one began is left to this one.</summary>
    public async Task CloseDue()
    {
        while (!_closing.IsCompleted)
            await _closing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _closing = Close(_clock.LastDue(time.GetUtcNow()));
        await _closing;
    }

    public async Task<long> Count(long minute) =>
        await store.FindRecord(minute) is { } record ? record.UniqueIds : (await CountShards(minute)).Sum();

    public async Task<MinutesView> View()
    {
        long minute = _clock.MinuteOf(time.GetUtcNow());
        Task<List<MinuteRecord>> history = store.LastRecords(HistoryMax);
        long count = await Count(minute);
        return new MinutesView
        {
            Current = new MinuteRecord { Minute = minute, UniqueIds = count }, History = [.. await history],
        };
    }

    private async Task Close(long due)
    {
        AcceptClock clock = await store.Clock();
        if (clock.SealedThrough < due)
            await store.Seal(due);
        long through = Math.Max(due, clock.SealedThrough);
        if (through > clock.RecordedThrough)
            await Record(clock.RecordedThrough, through);
    }

    private async Task Record(long after, long through)
    {
        List<long> minutes = await store.MinutesWithIds(after, through);
        if (after > 0)
            AddEmpty(minutes, after, through);
        foreach (long minute in minutes)
        {
            var record = new MinuteRecord { Minute = minute, UniqueIds = await CountSealed(minute) };
            await store.Record([record], minute, time.GetUtcNow());
            telemetry.Recorded(1);
        }

        await store.Record([], through, time.GetUtcNow());
        await Task.WhenAll(Shards().Select(shard => shard.Forget(through)));
        await store.DropIds(through);
        await DropRecords(through);
    }

    private void AddEmpty(List<long> minutes, long after, long through)
    {
        HashSet<long> counted = [.. minutes];
        long minute = through;
        for (int i = 0; i < EmptyMax && minute > after; i++)
        {
            if (counted.Add(minute))
                minutes.Add(minute);
            minute = _clock.Previous(minute);
        }

        minutes.Sort();
    }

    /// <summary>
    /// The sum of the shards, if it is the number of stored ids: then no shard lacks any and none is stored twice. Otherwise
    /// (a shard was active twice, the number of shards was changed, a write was repeated) the stored ids are counted.
    /// </summary>
    private async Task<long> CountSealed(long minute)
    {
        long stored = await store.SumOfMinute(minute);
        if (stored == 0 || (await CountShards(minute)).Sum() == stored)
            return stored;

        telemetry.Recounted();
        var ids = new IdSet(telemetry.HashKey);
        await foreach (StoredBatch batch in store.OfMinute(minute))
        {
            foreach (long id in IdBytes.Read(batch.Ids))
                ids.Add(id);
        }

        logger.LogInformation("Minute {Minute} was counted from disk: {Ids} of {Stored}.", minute, ids.Count, stored);
        return ids.Count;
    }

    private Task<long[]> CountShards(long minute) => Task.WhenAll(Shards().Select(shard => shard.Count(minute)));

    private IEnumerable<IMinuteShardGrain> Shards() => Enumerable.Range(0, options.Value.Shards)
        .Select(number => GrainFactory.GetGrain<IMinuteShardGrain>(new ShardKey(number, options.Value.Shards).Value));

    /// <summary>Keeps what is recent, and what a writer still has to deliver.</summary>
    private async Task DropRecords(long through)
    {
        long drop = through - ((long)options.Value.RecordsMax * options.Value.MinuteSeconds);
        foreach (string writer in options.Value.WriterNames)
            drop = Math.Min(drop, (await store.FindWriter(writer))?.DeliveredThrough ?? 0);
        if (drop > 0)
            await store.DropRecords(drop);
    }
}
