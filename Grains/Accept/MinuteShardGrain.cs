using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Turnstile.Accept;
using Turnstile.Grains.Accept.Counting;
using Turnstile.Grains.Accept.Ids;

namespace Turnstile.Grains.Accept;

/// <summary>
/// Counts the ids of one shard. What comes while a write is on its way goes with the next one. It may be active twice for a
/// moment when a cluster changes: each then knows a part, and whoever adds the minute up notices.
/// </summary>
[Reentrant]
[KeepAlive]
internal sealed class MinuteShardGrain(
    AcceptStore store, AcceptTelemetry telemetry, IOptions<AcceptOptions> options, TimeProvider time, ILogger<MinuteShardGrain> logger)
    : Grain, IMinuteShardGrain
{
    private readonly MinuteClock _clock = options.Value.Clock;
    private readonly OpenMinutes _minutes = new(telemetry.HashKey);
    private Dictionary<long, Gathering> _gathering = [];
    private Task _writingAll = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;
    private (long Minute, int Ids) _staged;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        AcceptClock clock = await store.Clock();
        long shard = this.GetPrimaryKeyLong();
        long loaded = 0;
        await foreach (StoredBatch batch in store.OfShard(shard, clock.RecordedThrough))
        {
            ReadOnlySpan<long> ids = IdBytes.Read(batch.Ids);
            _minutes.Load(batch.Minute, ids);
            loaded += ids.Length;
        }

        if (loaded > 0)
            logger.LogInformation("Shard {Shard} goes on with {Ids} stored ids.", shard, loaded);
    }

    public Task<AddOutcome> Add(long minute, ImmutableArray<long> ids)
    {
        if (_clock.IsAhead(minute, time.GetUtcNow()))
            return Task.FromResult(AddOutcome.MinuteAhead);

        if (!_gathering.TryGetValue(minute, out Gathering? gathering))
            _gathering.Add(minute, gathering = new Gathering());
        gathering.Batches.Add(ids);
        if (_writingAll.IsCompleted)
            _writingAll = WriteAll();
        return gathering.Outcome.Task;
    }

    /// <summary>
    /// With what is being written now, because that may have reached a minute before it was sealed; without what is staged after it.
    /// </summary>
    public async Task<long> Count(long minute)
    {
        await _writing;
        return _minutes.Count(minute) - (_staged.Minute == minute ? _staged.Ids : 0);
    }

    public Task Forget(long throughMinute)
    {
        _minutes.Forget(throughMinute);
        return Task.CompletedTask;
    }

    /// <summary>Never fails: the gatherings do.</summary>
    private async Task WriteAll()
    {
        while (_gathering.Count > 0)
        {
            Dictionary<long, Gathering> gathered = _gathering;
            _gathering = [];
            foreach ((long minute, Gathering gathering) in gathered)
            {
                _writing = Write(minute, gathering);
                await _writing;
            }
        }
    }

    private async Task Write(long minute, Gathering gathering)
    {
        long[] fresh = _minutes.Stage(minute, gathering.Batches);
        _staged = (minute, fresh.Length);
        try
        {
            if (fresh.Length == 0 || await store.Add(new IdBatch(minute, this.GetPrimaryKeyLong(), fresh)))
            {
                _staged = default;
                telemetry.Counted(fresh.Length);
                gathering.Outcome.SetResult(AddOutcome.Counted);
                return;
            }

            Unstage(minute, fresh);
            gathering.Outcome.SetResult(AddOutcome.MinuteClosed);
        }
        catch (Exception e)
        {
            // They may be on disk or not: what is in memory is.
            Unstage(minute, fresh);
            gathering.Outcome.SetException(e);
        }
    }

    private void Unstage(long minute, long[] fresh)
    {
        _minutes.Unstage(minute, fresh);
        _staged = default;
    }

    /// <summary>What has come for a minute since the last write began.</summary>
    private sealed class Gathering
    {
        public List<ImmutableArray<long>> Batches { get; } = [];

        public TaskCompletionSource<AddOutcome> Outcome { get; } = new();
    }
}
