using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime;

/// <summary>
/// One activation of a grain: its mailbox, its turns, its life. It is the synchronization context of its turns, so that
/// awaits in grain code come back to it. Hundreds of thousands live at once: what few need is in <see cref="Extras"/>.
/// </summary>
/// <remarks>
/// Any thread may push into the mailbox. All else is touched in turns only, of which one runs at a time, except
/// where a member says otherwise.
/// </remarks>
internal sealed partial class Activation : SynchronizationContext, IGrainContext, IWork
{
    private Extras? _extras;

    public Activation(GrainClass grainClass, GrainId id)
    {
        Class = grainClass;
        GrainId = id;
        _lastUse = grainClass.Silo.Watch.Tick;
    }

    /// <summary>The activation whose turn runs on this thread; null outside turns, as in Task.Run.</summary>
    public static new Activation? Current => SynchronizationContext.Current as Activation;

    public GrainClass Class { get; }

    public Silo Silo => Class.Silo;

    public GrainId GrainId { get; }

    public object? GrainInstance { get; private set; }

    public GrainReference GrainReference => Silo.Factory.MakeReference(GrainId, Class);

    public IServiceProvider ActivationServices =>
        (Rare.Scope ??= Silo.Services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope()).ServiceProvider;

    public Task Deactivated
    {
        get
        {
            TaskCompletionSource ended = Rare.Ended;
            return _stage == Stage.Closed ? Task.CompletedTask : ended.Task;
        }
    }

    private Extras Rare => LazyInitializer.EnsureInitialized(ref _extras);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs a callback as a turn of its own, or rather within one that awaits nothing.</summary>
    public override void Post(SendOrPostCallback d, object? state) => Push(new CallbackItem(d, state));

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("A grain's turn cannot be waited for by blocking.");

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => GrainId.ToString();

    public IGrainTimer AddTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        if (!ReferenceEquals(Current, this))
        {
            throw new InvalidOperationException("A grain timer is made in a turn of its grain, not in Task.Run.");
        }

        var timer = new GrainTimer(this, callback, options);
        List<GrainTimer> timers = Rare.Timers ??= [];
        lock (timers)
        {
            timers.Add(timer);
        }

        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void RemoveTimer(GrainTimer timer)
    {
        if (_extras?.Timers is { } timers)
        {
            lock (timers)
            {
                timers.Remove(timer);
            }
        }
    }

    /// <summary>A state facet to be read before the grain is activated.</summary>
    public void AddState(IStateFacet state) => (Rare.States ??= []).Add(state);

    /// <summary>What most activations never have.</summary>
    private sealed class Extras
    {
        public readonly TaskCompletionSource Ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public AsyncServiceScope? Scope;
        public List<GrainTimer>? Timers;
        public List<IStateFacet>? States;
        public DeactivationReason Reason;
    }
}
