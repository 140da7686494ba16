namespace Turnstile.Grains.Compute;

/// <summary>Lets the watchers of a job wait for its next change, or for its end. Belongs to one grain.</summary>
internal sealed class JobWatch(TimeProvider time)
{
    // Made when somebody waits: of most jobs nobody ever watches the grain.
    private TaskCompletionSource? _change;
    private TaskCompletionSource? _end;
    private int _watchers;

    /// <summary>Rises with every change.</summary>
    public long Version { get; private set; }

    /// <summary>True while somebody waits.</summary>
    public bool Watched => _watchers > 0;

    /// <summary>Completes at the next change, or when <paramref name="patience"/> has passed.</summary>
    public Task Change(TimeSpan patience) => Wait(_change ??= New(), patience);

    /// <summary>Completes at the end, or when <paramref name="patience"/> has passed.</summary>
    public Task End(TimeSpan patience) => Wait(_end ??= New(), patience);

    /// <summary>Something has changed.</summary>
    public void Tell(bool ended)
    {
        Version++;
        Release(ref _change);
        if (ended)
        {
            Release(ref _end);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Release(ref TaskCompletionSource? source)
    {
        source?.SetResult();
        source = null;
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
