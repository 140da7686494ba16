using Orleans.CodeGeneration;

namespace Orleans.Runtime;

/// <summary>
/// A timer of an activation. Its ticks are calls the activation makes to itself, by this one object again and again.
/// </summary>
internal sealed class GrainTimer : VoidRequest, IGrainTimer
{
    private static readonly GrainMethod Tick = new(nameof(GrainTimer), nameof(Tick), InvokeMethodOptions.None, null);

    /// <summary>The longest time that .NET's timers can wait, some 49.7 days.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private TimeSpan _dueTime;
    private TimeSpan _period;

    /// <summary>
    /// From the moment it falls due until the tick has ended: changes are noted and applied afterwards.
    /// </summary>
    private bool _isTicking;

    private bool _isChanged;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        Target = activation;
        _callback = callback;
        _options = options;
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = activation.Silo.Time.CreateTimer(
                static state => ((GrainTimer)state!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public override GrainMethod Method => Tick;

    internal override bool IsLocal => true;

    internal override bool IsAlwaysInterleave => _options.Interleave;

    internal override bool IsUse => _options.KeepAlive;

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime.TotalMilliseconds, -1, nameof(dueTime));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dueTime, Longest);
        ArgumentOutOfRangeException.ThrowIfLessThan(period.TotalMilliseconds, -1, nameof(period));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(period, Longest);
        lock (_gate)
        {
            _dueTime = dueTime;
            _period = period;
            _isChanged = true;
            if (!_isTicking && !_ended.IsCancellationRequested)
            {
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        if (!_ended.IsCancellationRequested)
        {
            try
            {
                _ended.Cancel();
            }
            catch (AggregateException fault)
            {
                // Of what ticks have registered on their token: it shall not keep the grain from ending.
                Target.Silo.Log.TimerEndFailed(Target.GrainId, fault);
            }

            _timer.Dispose();
            Target.RemoveTimer(this);
        }
    }

    /// <summary>A tick has ended, or was not run because the activation ends.</summary>
    internal override void Answer()
    {
        if (Fault is { } fault)
        {
            Fault = null;
            Target.Silo.Log.TimerFailed(Target.GrainId, fault);
        }

        lock (_gate)
        {
            _isTicking = false;
            if (!_ended.IsCancellationRequested && !Target.IsClosed)
            {
                _timer.Change(_isChanged ? _dueTime : _period, Timeout.InfiniteTimeSpan);
            }
        }
    }

    protected override ValueTask Invoke(object grain)
    {
        if (_ended.IsCancellationRequested)
        {
            return ValueTask.CompletedTask;
        }

        _isChanged = false;
        return new ValueTask(_callback(_ended.Token));
    }

    protected override void Complete(Exception? fault)
    {
    }

    private void OnDue()
    {
        lock (_gate)
        {
            if (_isTicking || _ended.IsCancellationRequested)
            {
                return;
            }

            _isTicking = true;
        }

        Target.Push(this);
    }
}
