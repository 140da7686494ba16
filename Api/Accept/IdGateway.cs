using Microsoft.Extensions.Options;
using Turnstile.Accept;
using Turnstile.Grains.Accept;
using Turnstile.Grains.Accept.Counting;

namespace Turnstile.Api.Accept;

/// <summary>
/// Has ids counted in the minute in which they came: repeats are answered at once where it remembers them, the others go to their
/// shards, many to a call.
/// </summary>
internal sealed class IdGateway : IDisposable
{
    private readonly MinuteClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger<IdGateway> _logger;
    private readonly ShardLane[] _lanes;
    private readonly int _recentMax;

    // Replaced by whoever sees a new minute first; a race costs some repeats a way to their shard.
    private volatile RecentIds _recent = new(long.MinValue, 0);
    private volatile bool _failing;

    public IdGateway(IGrainFactory grains, IOptions<AcceptOptions> options, TimeProvider time, ILogger<IdGateway> logger)
    {
        AcceptOptions limits = options.Value;
        _clock = limits.Clock;
        _time = time;
        _logger = logger;
        _recentMax = limits.RecentMax;
        _lanes = new ShardLane[limits.Shards];
        var each = new LaneLimits(
            limits.BatchMax, Math.Max(1, limits.WaitingMax / limits.Shards), TimeSpan.FromMilliseconds(limits.GatherMilliseconds));
        for (int i = 0; i < _lanes.Length; i++)
        {
            var shard = grains.GetGrain<IMinuteShardGrain>(new ShardKey(i, _lanes.Length).Value);
            _lanes[i] = new ShardLane(shard, each, Send, time);
        }
    }

    /// <summary>The minute that runs.</summary>
    public long Minute => _clock.MinuteOf(_time.GetUtcNow());

    /// <summary>
    /// True once the id is in the count of the minute and on disk; false where it cannot be counted now.
    /// </summary>
    public ValueTask<bool> Count(long minute, long id)
    {
        RecentIds recent = _recent;
        if (recent.Minute == minute)
        {
            if (recent.Contains(id))
                return new ValueTask<bool>(true);
        }
        else if (recent.Minute < minute)
        {
            _recent = new RecentIds(minute, _recentMax);
        }

        return _lanes[ShardKey.Holding(id, _lanes.Length).Number].Add(minute, id);
    }

    public void Dispose()
    {
        foreach (ShardLane lane in _lanes)
            lane.Dispose();
    }

    private async Task<bool> Send(IMinuteShardGrain shard, WaitingIds batch)
    {
        try
        {
            AddOutcome outcome = await shard.Add(batch.Minute, batch.Ids());
            Note(outcome, null);
            if (outcome != AddOutcome.Counted)
                return false;
        }
        catch (Exception e)
        {
            Note(null, e);
            return false;
        }

        RecentIds recent = _recent;
        if (recent.Minute == batch.Minute)
            batch.CopyTo(recent);
        return true;
    }

    /// <summary>Logs the first failure of a row, and its end.</summary>
    private void Note(AddOutcome? outcome, Exception? fault)
    {
        bool failing = outcome != AddOutcome.Counted;
        if (failing == _failing)
            return;
        _failing = failing;
        if (fault is not null)
            _logger.LogWarning(fault, "Ids cannot be counted; their requests are answered 'failed'.");
        else if (failing)
            _logger.LogWarning("Ids are not counted ({Outcome}): is this machine's clock right?", outcome);
        else
            _logger.LogInformation("Ids are counted again.");
    }
}
