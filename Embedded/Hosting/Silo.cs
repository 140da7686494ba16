using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>The engine: all activations of this process, and the way of every call.</summary>
internal sealed class Silo : IHostedService, IDisposable
{
    private volatile bool _isStopping;
    private volatile bool _isStopped;

    public Silo(
        IServiceProvider services,
        ServiceLifetimes lifetimes,
        IOptions<SiloMessagingOptions> messaging,
        IOptions<GrainCollectionOptions> collection,
        TimeProvider time,
        IWorkScheduler scheduler)
    {
        Services = services;
        Messaging = messaging.Value;
        Collection = collection.Value;
        Time = time;
        Scheduler = scheduler;
        Log = new SiloLog((ILogger<Silo>)services.GetService(typeof(ILogger<Silo>))!);
        Watch = new Watch(this);
        Factory = new GrainFactory(this, GrainParts.Find(this, lifetimes));
    }

    public IServiceProvider Services { get; }

    public SiloMessagingOptions Messaging { get; }

    public GrainCollectionOptions Collection { get; }

    public TimeProvider Time { get; }

    public IWorkScheduler Scheduler { get; }

    public SiloLog Log { get; }

    public Watch Watch { get; }

    public GrainFactory Factory { get; }

    public Catalog Catalog { get; } = new();

    public OutsideCalls Outside { get; } = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Watch.Start();
        Log.Started(Factory.ClassCount);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Refuses calls from outside, lets the running ones end, and deactivates all grains; these may call each other
    /// until the end. When the token fires, what still runs is left and its callers are told.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isStopped)
        {
            return;
        }

        _isStopping = true;
        try
        {
            await Outside.Drain().WaitAsync(cancellationToken);
            while (!Catalog.IsEmpty)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo is stopping.");
                await Task.WhenAll(Catalog.All.Select(activation => Deactivate(activation, reason))).WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.StoppedLate();
        }

        _isStopped = true;
        foreach (Request request in Outside.Expired(uint.MaxValue))
        {
            request.GiveUp(Unavailable());
        }

        Watch.Dispose();
    }

    public void Dispose() => Watch.Dispose();

    public void Send(GrainReference reference, Request request)
    {
        Activation? caller = Activation.Current;
        CancellationToken token = request.Token;
        request.Target = reference.FindTarget();
        request.Context = RequestContext.Values;
        TimeSpan? timeout = request.Method.ResponseTimeout;
        request.Deadline = Watch.Tick + (timeout is null ? Watch.DefaultDeadline : Watch.DeadlineFor(timeout.Value));
        if (caller is not null && caller.Silo == this)
        {
            request.Caller = caller;
            caller.AddPending(request);
        }
        else
        {
            Outside.Add(request);
            if (_isStopping)
            {
                request.GiveUp(Unavailable());
                return;
            }
        }

        if (token.CanBeCanceled)
        {
            CallCancellation.Attach(request);
            request.Cancellation!.Listen();
        }

        Deliver(request);
    }

    public Task SendOneWay(GrainReference reference, Request request)
    {
        if (_isStopping && Activation.Current?.Silo != this)
        {
            return Task.FromException(Unavailable());
        }

        request.Target = reference.FindTarget();
        request.Context = RequestContext.Values;
        Deliver(request);
        return Task.CompletedTask;
    }

    /// <summary>Passes a call on from an activation that has ended to the next one of the same grain.</summary>
    public void Forward(Request request)
    {
        if (request.IsLocal)
        {
            request.Answer();
            return;
        }

        request.Target = Catalog.GetOrAdd(request.Target.GrainId, request.Target.Class);
        Deliver(request);
    }

    /// <returns>False if the caller's task is complete already.</returns>
    public bool TryTakeBack(Request request) =>
        request.Caller is { } caller ? caller.TryRemovePending(request) : Outside.TryRemove(request);

    public TimeoutException TimedOut(Request request)
    {
        string chain = CallChain.Describe(request);
        Log.CallTimedOut(request, chain);
        TimeSpan timeout = request.Method.ResponseTimeout ?? Messaging.ResponseTimeout;
        return new TimeoutException($"Response did not arrive on time in {timeout} for {request}. Calls waiting: {chain}.");
    }

    private static SiloUnavailableException Unavailable() => new("The silo is stopping and takes no more calls.");

    private static Task Deactivate(Activation activation, DeactivationReason reason)
    {
        Task ended = activation.Deactivated;
        activation.Deactivate(reason);
        return ended;
    }

    private void Deliver(Request request)
    {
        if (_isStopped || request.Target.Class.IsEnded)
        {
            request.Reject(_isStopped ? Unavailable() : new ClientNotAvailableException($"{request.Target.GrainId} is no longer called back."));
            return;
        }

        request.Target.Push(request);
    }
}
