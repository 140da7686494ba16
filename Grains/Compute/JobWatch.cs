namespace Turnstile.Grains.Compute;

/// <summary>Lets the watchers of a job wait for its next change, or for its end. Belongs to one grain.</summary>
/// <param name="time">The clock of their patience.</param>
/// <param name="hurry">Called when somebody begins to wait; may be null.</param>
internal sealed class JobWatch(TimeProvider time, Action? hurry = null)
{
    // Made when somebody waits: of most jobs nobody ever watches the grain.
    private TaskCompletionSource? _change;
    private TaskCompletionSource? _end;
    private int _watchers;

    /// <summary>Rises with every change.</summary>
    public long Version { get; private set; }

    /// <summary>True while somebody waits; for any thread.</summary>
    public bool Watched => Volatile.Read(ref _watchers) > 0;

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
        Volatile.Write(ref _watchers, _watchers + 1);
        hurry?.Invoke();
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
            Volatile.Write(ref _watchers, _watchers - 1);
        }
    }
}
