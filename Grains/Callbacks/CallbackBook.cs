namespace Turnstile.Grains.Callbacks;

/// <summary>
/// Callbacks that wait, by host: hosts take turns, and none has more under way than its part. Belongs to whoever holds its lock.
/// </summary>
internal sealed class CallbackBook(CallbackOptions options)
{
    // A host without callbacks is remembered for its failures only; beyond this many, the oldest of those are
    // forgotten.
    private const int IdleHostsMax = 10_000;

    private readonly TimeSpan _breakTime = TimeSpan.FromSeconds(options.BreakSeconds);
    private readonly Dictionary<string, HostLane> _lanes = [];
    private readonly Queue<HostLane> _turns = new();
    private readonly Queue<string> _idle = new();
    private int _pending;

    /// <summary>Takes a callback in; false where there are too many.</summary>
    public bool TryAdd(Callback callback)
    {
        if (_pending >= options.PendingMax)
            return false;
        _pending++;
        Return(callback);
        return true;
    }

    /// <summary>Puts a callback that was taken, and has ended, behind the others of its host for another try.</summary>
    public void Return(Callback callback)
    {
        if (!_lanes.TryGetValue(callback.Host, out HostLane? lane))
            _lanes.Add(callback.Host, lane = new HostLane(new CircuitBreaker(options.BreakAfter, _breakTime)));
        lane.Waiting.Enqueue(callback);
        Queue(lane);
    }

    /// <summary>The next callback whose turn it is, if any; it is followed by <see cref="End"/>.</summary>
    /// <param name="now">The time.</param>
    /// <param name="mayCall">False where the host is left alone: the callback is to be given up.</param>
    public Callback? Take(DateTimeOffset now, out bool mayCall)
    {
        mayCall = false;
        if (!_turns.TryDequeue(out HostLane? lane))
            return null;
        lane.HasTurn = false;
        Callback callback = lane.Waiting.Dequeue();
        lane.Running++;
        mayCall = lane.Breaker.TryBegin(now);
        Queue(lane);
        return callback;
    }

    /// <summary>A callback that was taken is over.</summary>
    /// <param name="callback">The callback.</param>
    /// <param name="mayCall">What was said of its host when it was taken.</param>
    /// <param name="reached">Whether its host has answered; null where it was not called.</param>
    /// <param name="now">The time.</param>
    public void End(Callback callback, bool mayCall, bool? reached, DateTimeOffset now)
    {
        HostLane lane = _lanes[callback.Host];
        lane.Running--;
        if (reached is { } answered)
            lane.Breaker.End(answered, now);
        else if (mayCall)
            lane.Breaker.Leave();
        Queue(lane);
        if (lane is { Running: 0, Waiting.Count: 0 })
            Rest(callback.Host, lane);
    }

    /// <summary>A callback comes no more.</summary>
    public void Leave() => _pending--;

    private void Queue(HostLane lane)
    {
        if (lane.HasTurn || lane.Waiting.Count == 0 || lane.Running >= options.RunningPerHostMax)
            return;
        lane.HasTurn = true;
        _turns.Enqueue(lane);
    }

    private void Rest(string host, HostLane lane)
    {
        if (lane.Breaker.IsFresh)
        {
            _lanes.Remove(host);
            return;
        }

        _idle.Enqueue(host);
        if (_idle.Count <= IdleHostsMax)
            return;
        string oldest = _idle.Dequeue();
        if (_lanes.TryGetValue(oldest, out HostLane? idle) && idle is { Running: 0, Waiting.Count: 0 })
            _lanes.Remove(oldest);
    }

    /// <summary>The callbacks of one host.</summary>
    private sealed class HostLane(CircuitBreaker breaker)
    {
        public CircuitBreaker Breaker => breaker;

        public Queue<Callback> Waiting { get; } = new();

        public int Running { get; set; }

        /// <summary>Whether it stands in the queue of turns.</summary>
        public bool HasTurn { get; set; }
    }
}
