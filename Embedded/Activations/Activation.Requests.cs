namespace Orleans.Runtime;

/// <content>Which calls run, and which wait for their turn.</content>
internal sealed partial class Activation
{
    private Request? _waitingFirst;
    private Request? _waitingLast;
    private int _waitingCount;

    /// <summary>
    /// Whether calls may wait that pass all others: such as came while there was no grain yet to begin them.
    /// </summary>
    private bool _mayPass;

    /// <summary>The call that keeps others waiting; null if none runs, or only such as interleave.</summary>
    private Request? _blocking;

    /// <summary>How many read-only calls run beside each other while <see cref="_blocking"/> is one.</summary>
    private int _readers;

    private int _running;

    /// <summary>The tick of the silo's watch at which a call last ended.</summary>
    private uint _lastUse;

    /// <summary>Whether any call ever began here.</summary>
    private bool _hasServed;

    /// <summary>The call that keeps others waiting; for descriptions, may be asked from anywhere.</summary>
    public Request? Blocking => Volatile.Read(ref _blocking);

    /// <summary>Whether a new call would begin at once; may be asked from anywhere.</summary>
    public bool IsFree => IsQuiet && Volatile.Read(ref _running) == 0 && _stage is (Stage.New or Stage.Active);

    /// <summary>A call arrives: it begins, waits, or goes to the next activation.</summary>
    public void Admit(Request request)
    {
        if (_stage == Stage.Closed)
        {
            Silo.Forward(request);
            return;
        }

        if (Class.RequestsMax > 0 && _running + _waitingCount > Class.RequestsMax && !request.IsLocal)
        {
            const string limit = nameof(Configuration.SiloMessagingOptions.MaxEnqueuedRequestsHardLimit);
            request.Reject(new LimitExceededException(limit, _running + _waitingCount, Class.RequestsMax, GrainId));
        }
        else if (_stage == Stage.Active && MayBegin(request))
        {
            Begin(request);
        }
        else
        {
            Enqueue(request);
            if (_stage == Stage.New)
            {
                Activate(request.Context);
            }
        }
    }

    /// <summary>A call that began has its outcome. In a turn, often inside the grain's own code.</summary>
    public void Finish(Request request)
    {
        _running--;
        if (request.IsUse)
        {
            _lastUse = Silo.Watch.Tick;
        }

        if (_blocking is not null && !request.IsAlwaysInterleave)
        {
            if (_readers > 0 && request.Method.IsReadOnly)
            {
                _readers--;
                _blocking = _readers == 0 ? null : _blocking;
            }
            else if (_blocking == request)
            {
                _blocking = null;
            }
        }

        if (request.Fault is Storage.InconsistentStateException { IsSourceActivation: true } inconsistent)
        {
            inconsistent.IsSourceActivation = false;
            RequestDeactivation(new DeactivationReason(
                DeactivationReasonCode.ApplicationError,
                inconsistent,
                "The stored state is not the one the grain has in memory."));
        }

        request.Answer();
    }

    private bool MayBegin(Request request) =>
        _blocking is null
        || request.IsAlwaysInterleave
        || (request.Method.IsReadOnly && _blocking.Method.IsReadOnly);

    private void Begin(Request request)
    {
        if (request.IsSettled)
        {
            return;
        }

        _running++;
        if (!Class.IsReentrant && !request.IsAlwaysInterleave)
        {
            _blocking ??= request;
            _readers += request.Method.IsReadOnly ? 1 : 0;
        }

        _hasServed |= request.IsUse;
        ExecutionContext? clean = ExecutionContext.Capture();
        if (request.Context is { } context)
        {
            RequestContext.Values = context;
        }

        request.Begin(GrainInstance!);

        // What the call set in async locals must not be seen by the next one.
        if (clean is not null && !ReferenceEquals(ExecutionContext.Capture(), clean))
        {
            ExecutionContext.Restore(clean);
        }
    }

    private void Enqueue(Request request)
    {
        if (_waitingLast is null)
        {
            _waitingFirst = request;
        }
        else
        {
            _waitingLast.Next = request;
        }

        _waitingLast = request;
        _waitingCount++;
        _mayPass |= request.IsAlwaysInterleave;
    }

    private void Dequeue(Request? previous, Request request)
    {
        if (previous is null)
        {
            _waitingFirst = (Request?)request.Next;
        }
        else
        {
            previous.Next = request.Next;
        }

        _waitingLast = _waitingLast == request ? previous : _waitingLast;
        request.Next = null;
        _waitingCount--;
    }

    /// <summary>
    /// After each item: begins the calls that may begin now, in order, and carries on with the end of the activation.
    /// </summary>
    private void Continue()
    {
        Request? previous = null;
        Request? request = _waitingFirst;
        while (request is not null && _stage == Stage.Active)
        {
            if (MayBegin(request))
            {
                Dequeue(previous, request);
                Begin(request);
                previous = null;
                request = _waitingFirst;
            }
            else if (_mayPass || _blocking!.Method.IsReadOnly)
            {
                // Readers behind a waiting writer may join the readers that run, and some calls pass whatever runs.
                previous = request;
                request = (Request?)request.Next;
            }
            else
            {
                break;
            }
        }

        _mayPass &= _stage != Stage.Active;
        if (_stage == Stage.Stopping && _running == 0)
        {
            End();
        }
    }

    private Request? TakeWaiting()
    {
        Request? request = _waitingFirst;
        if (request is not null)
        {
            Dequeue(null, request);
        }

        return request;
    }
}
