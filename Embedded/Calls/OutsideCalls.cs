namespace Orleans.Runtime;

/// <summary>
/// The calls that callers outside any grain wait for. Taking a call out decides, under a lock, which of answer, timeout
/// and cancellation completes it. Sharded by thread, because every such call passes here twice.
/// </summary>
internal sealed class OutsideCalls
{
    private readonly Shard[] _shards;
    private volatile TaskCompletionSource? _drained;

    public OutsideCalls()
    {
        // At least twice the processors, so that two threads seldom share one.
        int count = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount * 2, 256));
        _shards = new Shard[Math.Min(count, 256)];
        for (int i = 0; i < _shards.Length; i++)
        {
            _shards[i] = new Shard();
        }
    }

    public void Add(Request request)
    {
        request.Shard = (byte)(Environment.CurrentManagedThreadId & (_shards.Length - 1));
        Shard shard = _shards[request.Shard];
        lock (shard)
        {
            shard.Pending.Add(request);
        }
    }

    /// <returns>False if somebody else has completed the call.</returns>
    public bool TryRemove(Request request)
    {
        Shard shard = _shards[request.Shard];
        lock (shard)
        {
            if (request.IsSettled)
            {
                return false;
            }

            request.IsSettled = true;
            shard.Pending.Remove(request);
        }

        if (_drained is not null)
        {
            CompleteWhenEmpty();
        }

        return true;
    }

    /// <summary>Completes when no call is pending; no call is added from now on.</summary>
    public Task Drain()
    {
        _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        CompleteWhenEmpty();
        return _drained.Task;
    }

    /// <summary>The calls whose deadline is at or before <paramref name="tick"/>; all for the largest tick.</summary>
    public List<Request> Expired(uint tick)
    {
        var expired = new List<Request>();
        foreach (Shard shard in _shards)
        {
            lock (shard)
            {
                shard.Pending.CollectExpired(tick, expired);
            }
        }

        return expired;
    }

    private void CompleteWhenEmpty()
    {
        foreach (Shard shard in _shards)
        {
            lock (shard)
            {
                if (shard.Pending.First is not null)
                {
                    return;
                }
            }
        }

        _drained!.TrySetResult();
    }

    private sealed class Shard
    {
        public PendingList Pending;
    }
}
