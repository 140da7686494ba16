using System.Collections.Concurrent;
using Turnstile.Accept;

namespace Turnstile.Api.Accept;

/// <summary>
/// The way of ids to one shard. While a call is on its way, what comes gathers for the next one: a request waits for one call
/// to end and for its own, and the more there are, the larger the calls.
/// </summary>
/// <param name="shard">The shard.</param>
/// <param name="batchMax">Ids in one call.</param>
/// <param name="waitingMax">Ids that may gather; those beyond are refused.</param>
/// <param name="send">Makes a call, and is told to by one thread at a time; it never fails.</param>
internal sealed class ShardLane(
    IMinuteShardGrain shard, int batchMax, int waitingMax, Func<IMinuteShardGrain, WaitingIds, Task> send) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly Queue<WaitingIds> _full = new();
    private readonly ConcurrentBag<WaitingIds> _free = [];
    private WaitingIds? _open;
    private int _waiting;
    private bool _sending;

    /// <summary>Sends the id along; true once it is counted on disk, false where it cannot be.</summary>
    public ValueTask<bool> Add(long minute, long id)
    {
        ValueTask<bool> answer;
        bool begin;
        lock (_gate)
        {
            if (_waiting >= waitingMax)
                return new ValueTask<bool>(false);
            _waiting++;
            if (_open is { } open && (open.Minute != minute || open.Count >= batchMax))
            {
                _full.Enqueue(open);
                _open = null;
            }

            _open ??= Create(minute);
            answer = _open.Add(id);
            begin = !_sending;
            _sending = true;
        }

        // Behind the requests that are being read now: they come along.
        if (begin)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return answer;
    }

    async void IThreadPoolWorkItem.Execute()
    {
        if (Next() is not { } batch)
            return;
        await send(shard, batch);

        // Behind the answers that were just queued and the requests that are being read: the next call takes them
        // along.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private WaitingIds? Next()
    {
        lock (_gate)
        {
            if (!_full.TryDequeue(out WaitingIds? next))
            {
                next = _open;
                _open = null;
            }

            _sending = next is not null;
            _waiting -= next?.Count ?? 0;
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
