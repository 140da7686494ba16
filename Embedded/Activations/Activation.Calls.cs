namespace Orleans.Runtime;

/// <content>The calls this grain made and waits for.</content>
internal sealed partial class Activation
{
    private PendingList _pending;

    /// <summary>Not after the earliest deadline of the pending calls. Written in turns, read by the watch.</summary>
    private uint _earliestDeadline = uint.MaxValue;

    /// <summary>Whether the silo's watch looks at this activation's deadlines.</summary>
    private bool _isWatched;

    /// <summary>The oldest call that is waited for; for descriptions, may be asked from anywhere.</summary>
    public Request? OldestPending => _pending.First;

    public void AddPending(Request request)
    {
        _pending.Add(request);
        if (request.Deadline < _earliestDeadline)
        {
            _earliestDeadline = request.Deadline;
        }

        if (!_isWatched)
        {
            _isWatched = true;
            Silo.Watch.Add(this);
        }
    }

    /// <returns>False if the call was given up before.</returns>
    public bool TryRemovePending(Request request)
    {
        if (request.IsSettled)
        {
            return false;
        }

        request.IsSettled = true;
        _pending.Remove(request);
        return true;
    }

    /// <summary>Asked by the watch at each tick, from its thread.</summary>
    /// <returns>Whether the watch should look again; if not, a turn decides.</returns>
    public bool CheckDeadlines(uint tick)
    {
        if (OldestPending is not null && Volatile.Read(ref _earliestDeadline) > tick)
        {
            return true;
        }

        Push(new CallbackItem(static state => ((Activation)state!).GiveUpExpired(), this));
        return false;
    }

    private void GiveUpExpired()
    {
        var expired = new List<Request>();
        _pending.CollectExpired(Silo.Watch.Tick, expired);
        foreach (Request request in expired)
        {
            request.GiveUp(Silo.TimedOut(request));
        }

        _earliestDeadline = uint.MaxValue;
        for (Request? request = _pending.First; request is not null; request = request.PendingNext)
        {
            _earliestDeadline = Math.Min(_earliestDeadline, request.Deadline);
        }

        _isWatched = _pending.First is not null;
        if (_isWatched)
        {
            Silo.Watch.Add(this);
        }
    }
}
