namespace Orleans.Runtime;

/// <summary>
/// The calls somebody waits for, oldest first, linked through the requests themselves. Not safe for several threads.
/// </summary>
internal struct PendingList
{
    private Request? _first;
    private Request? _last;

    public readonly Request? First => _first;

    public void Add(Request request)
    {
        request.PendingPrevious = _last;
        if (_last is null)
        {
            _first = request;
        }
        else
        {
            _last.PendingNext = request;
        }

        _last = request;
    }

    public void Remove(Request request)
    {
        if (request.PendingPrevious is { } previous)
        {
            previous.PendingNext = request.PendingNext;
        }
        else
        {
            _first = request.PendingNext;
        }

        if (request.PendingNext is { } next)
        {
            next.PendingPrevious = request.PendingPrevious;
        }
        else
        {
            _last = request.PendingPrevious;
        }

        request.PendingPrevious = null;
        request.PendingNext = null;
    }

    public readonly void CollectExpired(uint tick, List<Request> expired)
    {
        for (Request? request = _first; request is not null; request = request.PendingNext)
        {
            if (request.Deadline <= tick)
            {
                expired.Add(request);
            }
        }
    }
}
