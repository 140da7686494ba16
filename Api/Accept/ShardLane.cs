using System.Collections.Concurrent;
using Turnstile.Accept;

namespace Turnstile.Api.Accept;

/// <summary>
/// The way of ids to one shard. One call at a time is on its way, and what comes meanwhile gathers for the next one. That one is
/// made when half of those who ask wait for it: while their ids are written to disk, the other half is answered and asks anew.
/// Where the disk is so slow that the others are back before it is done, all go together. Nobody waits longer for company than
/// the gather time; who asks alone does not wait at all.
/// </summary>
internal sealed class ShardLane : IThreadPoolWorkItem, IDisposable
{
    // How many go together rises at once with those who ask, and falls by an eighth at each call: one that was small by chance
    // is not followed by others.
    private const int Inertia = 8;

    private readonly IMinuteShardGrain _shard;
    private readonly LaneLimits _limits;
    private readonly Func<IMinuteShardGrain, WaitingIds, Task<bool>> _send;
    private readonly TimeProvider _time;
    private readonly ITimer _patience;

    private readonly Lock _gate = new();
    private readonly Queue<WaitingIds> _full = new();
    private readonly ConcurrentBag<WaitingIds> _free = [];
    private WaitingIds? _open;

    // Requests that gather, and since when the first of them does.
    private int _waiting;
    private long _since;

    // So many that wait go without waiting for more.
    private int _together = 1;

    // A call is on its way; a timer runs; the gather time is over, and whoever waits goes next.
    private bool _sending;
    private bool _patient;
    private bool _late;

    /// <param name="shard">The shard.</param>
    /// <param name="limits">How many ids may go together, and how long they may wait for it.</param>
    /// <param name="send">Makes a call and tells whether the ids are counted; one at a time, and it never fails.</param>
    /// <param name="time">For the gather time.</param>
    public ShardLane(
        IMinuteShardGrain shard, LaneLimits limits, Func<IMinuteShardGrain, WaitingIds, Task<bool>> send, TimeProvider time)
    {
        _time = time;
        _shard = shard;
        _limits = limits;
        _send = send;
        _patience = time.CreateTimer(
            static lane => ((ShardLane)lane!).EndPatience(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private bool IsDue => _late || _waiting >= _together || _full.Count > 0 || _limits.GatherTime == TimeSpan.Zero;

    /// <summary>Sends the id along; true once it is counted on disk, false where it cannot be.</summary>
    public ValueTask<bool> Add(long minute, long id)
    {
        ValueTask<bool> answer;
        bool begin;
        lock (_gate)
        {
            if (_waiting >= _limits.WaitingMax)
                return new ValueTask<bool>(false);
            if (_waiting++ == 0)
                _since = _time.GetTimestamp();
            if (_open is { } open && (open.Minute != minute || open.Count >= _limits.BatchMax))
            {
                _full.Enqueue(open);
                _open = null;
            }

            _open ??= Create(minute);
            answer = _open.Add(id);
            begin = Begin();
        }

        // Behind the requests that are being read: they go along.
        if (begin)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return answer;
    }

    public void Dispose() => _patience.Dispose();

    async void IThreadPoolWorkItem.Execute()
    {
        if (Next() is not { } batch)
            return;
        long began = _time.GetTimestamp();
        bool counted = await _send(_shard, batch);
        Learn(batch.Count, _time.GetElapsedTime(began));

        // Behind the requests that are being read: the next call takes them along.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        batch.Answer(counted);
    }

    /// <summary>Under the gate: whether a call is to be made now; if it is too early, the gather time begins.</summary>
    private bool Begin()
    {
        if (_sending || _waiting == 0)
            return false;
        if (IsDue)
            return _sending = true;
        if (!_patient)
        {
            _patient = true;
            _patience.Change(_limits.GatherTime, Timeout.InfiniteTimeSpan);
        }

        return false;
    }

    private void EndPatience()
    {
        bool begin;
        lock (_gate)
        {
            // One call after another may have begun since the timer was set: those who wait now have their own time, in
            // whole milliseconds, because timers cut off what is less.
            TimeSpan left = _limits.GatherTime - _time.GetElapsedTime(_since);
            _late = _waiting > 0 && left <= TimeSpan.Zero;
            _patient = _waiting > 0 && !_late;
            if (_patient)
                _patience.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
            begin = Begin();
        }

        if (begin)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>From a call that is about to be answered: how many ask at present, and how slow the disk is.</summary>
    private void Learn(int sent, TimeSpan took)
    {
        lock (_gate)
        {
            int asking = sent + _waiting;
            int fallen = _together - ((_together + Inertia - 1) / Inertia);
            _together = Math.Max(1, Math.Max(fallen, took > _limits.GatherTime ? asking : asking / 2));
        }
    }

    private WaitingIds? Next()
    {
        lock (_gate)
        {
            _sending = false;
            if (!Begin())
                return null;

            if (!_full.TryDequeue(out WaitingIds? next))
            {
                next = _open!;
                _open = null;
            }

            _late = false;
            _waiting -= next.Count;
            return next;
        }
    }

    private WaitingIds Create(long minute)
    {
        if (!_free.TryTake(out WaitingIds? batch))
            batch = new WaitingIds(_free.Add);
        batch.Begin(minute);
        return batch;
    }
}

/// <summary>The limits of a lane.</summary>
/// <param name="BatchMax">Ids in one call.</param>
/// <param name="WaitingMax">Ids that may gather; those beyond are refused.</param>
/// <param name="GatherTime">How long the first of them waits for others.</param>
internal sealed record LaneLimits(int BatchMax, int WaitingMax, TimeSpan GatherTime);
