using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>
/// The silo's only timer of its own. It counts ticks, fails calls whose deadline has passed and looks for idle
/// activations. Calls and activations note ticks, not times: reading a clock for each call would cost more than the
/// call.
/// </summary>
internal sealed class Watch : IDisposable
{
    private readonly Silo _silo;
    private readonly ConcurrentQueue<Activation> _watched = new();
    private readonly uint _ticksPerCollection;
    private ITimer? _timer;
    private int _isSweeping;
    private uint _tick = 1;

    public Watch(Silo silo)
    {
        _silo = silo;
        TimeSpan quarter = silo.Messaging.ResponseTimeout / 4;
        TimeSpan shortest = quarter < silo.Collection.CollectionQuantum ? quarter : silo.Collection.CollectionQuantum;
        Period = TimeSpan.FromMilliseconds(Math.Clamp(shortest.TotalMilliseconds, 1, 1000));
        _ticksPerCollection = TicksFor(silo.Collection.CollectionQuantum);
        DefaultDeadline = DeadlineFor(silo.Messaging.ResponseTimeout);
    }

    /// <summary>The time from tick to tick: a second, or a quarter of a shorter response timeout.</summary>
    public TimeSpan Period { get; }

    /// <summary>How many ticks there have been. Read by every thread, written by the sweep.</summary>
    public uint Tick => Volatile.Read(ref _tick);

    /// <summary>The ticks after which a call of the configured timeout fails.</summary>
    public uint DefaultDeadline { get; }

    /// <summary>The ticks that cover <paramref name="time"/>; at least 1.</summary>
    public uint TicksFor(TimeSpan time) => (uint)Math.Clamp(Math.Ceiling(time / Period), 1, int.MaxValue);

    /// <summary>One more than covers the timeout, because the call is made between two ticks.</summary>
    public uint DeadlineFor(TimeSpan timeout) => TicksFor(timeout) + 1;

    public void Start() => _timer = _silo.Time.CreateTimer(static state => ((Watch)state!).Sweep(), this, Period, Period);

    public void Dispose() => _timer?.Dispose();

    /// <summary>From now on the deadlines of this activation's calls are looked at.</summary>
    public void Add(Activation activation) => _watched.Enqueue(activation);

    private void Sweep()
    {
        if (Interlocked.Exchange(ref _isSweeping, 1) == 1)
        {
            return;
        }

        uint tick = Tick + 1;
        Volatile.Write(ref _tick, tick);
        foreach (Request request in _silo.Outside.Expired(tick))
        {
            request.GiveUp(_silo.TimedOut(request));
        }

        for (int left = _watched.Count; left > 0 && _watched.TryDequeue(out Activation? activation); left--)
        {
            if (activation.CheckDeadlines(tick))
            {
                _watched.Enqueue(activation);
            }
        }

        if (tick % _ticksPerCollection == 0)
        {
            foreach (Activation activation in _silo.Catalog.All)
            {
                activation.CollectIfIdle();
            }
        }

        if (_silo.Scheduler is ThreadPoolWorkScheduler)
        {
            ThreadPoolWorkScheduler.FreeStuckWork();
        }

        Volatile.Write(ref _isSweeping, 0);
    }
}
