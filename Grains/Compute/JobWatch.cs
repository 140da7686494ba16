namespace Turnstile.Grains.Compute;

/// <summary>Lets the watchers of a job wait for its next change, or for its end. Belongs to one grain.</summary>
internal sealed class JobWatch(TimeProvider time)
{
    private TaskCompletionSource _change = New();
    private TaskCompletionSource _end = New();
    private int _watchers;

    /// <summary>Rises with every change.</summary>
    public long Version { get; private set; }

    /// <summary>True while somebody waits.</summary>
    public bool Watched => _watchers > 0;

    /// <summary>Completes at the next change, or when <paramref name="patience"/> has passed.</summary>
    public Task Change(TimeSpan patience) => Wait(_change, patience);

    /// <summary>Completes at the end, or when <paramref name="patience"/> has passed.</summary>
    public Task End(TimeSpan patience) => Wait(_end, patience);

    /// <summary>Something has changed.</summary>
    public void Tell(bool ended)
    {
        Version++;
        if (_watchers == 0)
        {
            return;
        }

        Swap(ref _change).SetResult();
        if (ended)
        {
            Swap(ref _end).SetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource Swap(ref TaskCompletionSource source)
    {
        TaskCompletionSource old = source;
        source = New();
        return old;
    }

    private async Task Wait(TaskCompletionSource source, TimeSpan patience)
    {
        _watchers++;
        try
        {
            await source.Task.WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            // The watcher looks at the job as it stands, which is what it asked for.
        }
        finally
        {
            _watchers--;
        }
    }
}
