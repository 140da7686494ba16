namespace Orleans.Runtime;

/// <content>Activation and deactivation.</content>
internal sealed partial class Activation
{
    /// <summary>How many activations in a row may end without having begun any call before a call is refused.</summary>
    private const int FailedForwardsMax = 2;

    private volatile Stage _stage;

    /// <summary>Cancelled when the activation is asked to end before it has begun. Touched in turns only.</summary>
    private CancellationTokenSource? _activating;

    /// <summary>No idle deactivation before this tick.</summary>
    private uint _keepUntil;

    private enum Stage : byte
    {
        /// <summary>No call has arrived.</summary>
        New,

        /// <summary>The grain is being made; calls wait.</summary>
        Activating,

        Active,

        /// <summary>Deactivation was asked for; running calls go on, others wait.</summary>
        Stopping,

        /// <summary>OnDeactivateAsync runs; calls wait.</summary>
        Deactivating,

        /// <summary>Out of the catalog: calls that still come are passed to the next activation.</summary>
        Closed,
    }

    private bool IsAskedToEnd => _extras is { Reason.ReasonCode: not DeactivationReasonCode.None };

    /// <summary>Whether the activation has ended; may be asked from anywhere.</summary>
    public bool IsClosed => _stage == Stage.Closed;

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        if (ReferenceEquals(Current, this))
        {
            RequestDeactivation(deactivationReason);
        }
        else
        {
            Push(new CallbackItem(_ => RequestDeactivation(deactivationReason), null));
        }
    }

    public void DelayDeactivation(TimeSpan time)
    {
        bool forever = time == TimeSpan.MaxValue || time == Timeout.InfiniteTimeSpan;
        _keepUntil = forever ? uint.MaxValue : time <= TimeSpan.Zero ? 0 : Silo.Watch.Tick + Silo.Watch.TicksFor(time);
    }

    /// <summary>
    /// Called by the silo's watch, from its thread: ends the activation if it has been idle for its age.
    /// </summary>
    public void CollectIfIdle()
    {
        if (Class.CollectionAge != Timeout.InfiniteTimeSpan && IsQuiet && IsIdle(Silo.Watch.Tick))
        {
            Push(new CallbackItem(
                static state =>
                {
                    var self = (Activation)state!;
                    if (self.IsIdle(self.Silo.Watch.Tick))
                    {
                        self.RequestDeactivation(new(DeactivationReasonCode.ActivationIdle, "The grain was idle."));
                    }
                },
                this));
        }
    }

    private bool IsIdle(uint tick) =>
        _stage is Stage.Active && _running == 0 && tick >= _keepUntil
        && tick - _lastUse >= Silo.Watch.TicksFor(Class.CollectionAge);

    private void RequestDeactivation(DeactivationReason reason)
    {
        if (_stage is Stage.Stopping or Stage.Deactivating or Stage.Closed)
        {
            return;
        }

        if (Rare.Reason.ReasonCode == DeactivationReasonCode.None)
        {
            Rare.Reason = reason;
        }

        if (_stage is not Stage.Activating)
        {
            _stage = Stage.Stopping;
        }
        else if (_activating is not null)
        {
            // An item of its own: what follows from it must not run within the grain's code that asked.
            Push(new CallbackItem(static state => ((Activation)state!)._activating?.Cancel(), this));
        }
    }

    /// <param name="context">The request context of the call that the grain is activated for.</param>
    private async void Activate(Dictionary<string, object>? context)
    {
        _stage = Stage.Activating;
        if (context is not null)
        {
            RequestContext.Values = context;
        }

        Exception? failure = null;
        try
        {
            await Begin();
        }
        catch (Exception fault)
        {
            failure = fault;
        }

        // Whoever is asked to end before it has begun has nothing to end; the calls that wait go to the next activation.
        if (failure is not null && !(IsAskedToEnd && failure is OperationCanceledException))
        {
            Silo.Log.ActivationFailed(GrainId, failure);
        }

        if (IsAskedToEnd || failure is not null)
        {
            await Close(IsAskedToEnd ? null : failure);
        }
        else
        {
            _stage = Stage.Active;
        }
    }

    /// <summary>Makes the grain and lets it begin; what takes longer than it may, or is not wanted any more, is left.</summary>
    private async Task Begin()
    {
        GrainInstance = Class.CreateInstance(this);
        if (_extras?.States is { } states)
        {
            foreach (IStateFacet state in states)
            {
                await state.ReadStateAsync();
            }
        }

        if (!Class.OverridesActivate || IsAskedToEnd || GrainInstance is not IGrainBase grain)
        {
            return;
        }

        using var late = new CancellationTokenSource(Silo.Collection.ActivationTimeout, Silo.Time);
        _activating = late;
        try
        {
            await grain.OnActivateAsync(late.Token).WaitAsync(late.Token);
        }
        finally
        {
            _activating = null;
        }
    }

    private async void End()
    {
        _stage = Stage.Deactivating;
        StopTimers();
        if (Class.OverridesDeactivate && GrainInstance is IGrainBase grain)
        {
            try
            {
                using var late = new CancellationTokenSource(Silo.Collection.DeactivationTimeout, Silo.Time);
                await grain.OnDeactivateAsync(Rare.Reason, late.Token).WaitAsync(late.Token);
            }
            catch (Exception fault)
            {
                Silo.Log.DeactivationFailed(GrainId, fault);
            }
        }

        await Close(null);
    }

    /// <summary>The end: calls that wait fail with <paramref name="fault"/>, or go to the next activation.</summary>
    private async ValueTask Close(Exception? fault)
    {
        StopTimers();
        try
        {
            await DisposeParts();
        }
        catch (Exception disposal)
        {
            Silo.Log.DeactivationFailed(GrainId, disposal);
        }

        _stage = Stage.Closed;
        Silo.Catalog.Remove(this);
        GrainInstance = null;
        while (TakeWaiting() is { } request)
        {
            if (fault is not null)
            {
                request.Reject(fault);
            }
            else if (!_hasServed && ++request.FailedForwards > FailedForwardsMax)
            {
                request.Reject(new OrleansMessageRejectionException(
                    $"Grain {GrainId} deactivates itself while it is being activated."));
            }
            else
            {
                Silo.Forward(request);
            }
        }

        _extras?.Ended.TrySetResult();
    }

    /// <summary>The grain, if it can be disposed, and after it the services of its scope.</summary>
    private async ValueTask DisposeParts()
    {
        try
        {
            // An object that is called back is no grain: whoever made it disposes it.
            if (GrainInstance is IGrainBase and IAsyncDisposable late)
            {
                await late.DisposeAsync();
            }
            else if (GrainInstance is IGrainBase and IDisposable disposable)
            {
                disposable.Dispose();
            }
        }
        finally
        {
            if (_extras?.Scope is { } scope)
            {
                await scope.DisposeAsync();
            }
        }
    }

    private void StopTimers()
    {
        if (_extras?.Timers is { } timers)
        {
            _extras.Timers = null;
            GrainTimer[] left;
            lock (timers)
            {
                left = [.. timers];
            }

            foreach (GrainTimer timer in left)
            {
                timer.Dispose();
            }
        }
    }
}
