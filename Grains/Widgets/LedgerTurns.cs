namespace Turnstile.Grains.Widgets;

/// <summary>
/// Says when the widgets in memory are what is on disk: not while a batch of changes is being decided and synced. What
/// must see them so runs here, at once or right after the batch.
/// </summary>
/// <remarks>
/// While a list is read from the tables, what the tables have got meanwhile is not taken note of: the list is completed by all that
/// changed since it was begun. Used in the ledger's turns alone.
/// </remarks>
internal sealed class LedgerTurns
{
    private readonly Queue<Action> _afterBatch = new();
    private readonly Queue<Action> _afterList = new();
    private bool _deciding;

    /// <summary>A list is being read: nothing may be forgotten.</summary>
    public bool Listing { get; private set; }

    public void BeginBatch() => _deciding = true;

    public void EndBatch()
    {
        _deciding = false;
        while (_afterBatch.TryDequeue(out Action? action))
        {
            action();
        }
    }

    public void BeginList() => Listing = true;

    public void EndList()
    {
        Listing = false;
        while (_afterList.TryDequeue(out Action? action))
        {
            WhenCommitted(action);
        }
    }

    /// <summary>Runs the action when no batch is under way. It must not fail.</summary>
    public void WhenCommitted(Action action)
    {
        if (_deciding)
        {
            _afterBatch.Enqueue(action);
        }
        else
        {
            action();
        }
    }

    /// <summary>What the function answers when no batch is under way.</summary>
    public Task<T> WhenCommitted<T>(Func<T> read)
    {
        if (!_deciding)
        {
            return Task.FromResult(read());
        }

        var answer = new TaskCompletionSource<T>();
        _afterBatch.Enqueue(() => answer.SetResult(read()));
        return answer.Task;
    }

    /// <summary>Runs the action when no batch and no list is under way.</summary>
    public Task WhenUnlisted(Action action)
    {
        var done = new TaskCompletionSource();
        Action run = () =>
        {
            action();
            done.SetResult();
        };
        if (Listing)
        {
            _afterList.Enqueue(run);
        }
        else
        {
            WhenCommitted(run);
        }

        return done.Task;
    }
}
