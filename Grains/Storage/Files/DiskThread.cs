namespace Turnstile.Grains.Storage.Files;

/// <summary>
/// A thread that does one thing after another with files, in the order in which they were handed over: the disk blocks it, and the
/// thread pool has more to do than to wait for that.
/// </summary>
internal sealed class DiskThread : IAsyncDisposable
{
    private readonly object _gate = new();
    private readonly Queue<Job> _waiting = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _closed;

    /// <param name="name">What debuggers and profilers call it; 15 letters of it on Linux.</param>
    public DiskThread(string name) => new Thread(Work) { Name = name, IsBackground = true }.Start();

    /// <summary>Has it done; the task ends as it did, on the thread pool.</summary>
    /// <exception cref="ObjectDisposedException">The thread takes nothing in any more.</exception>
    public Task Run(Action action)
    {
        var job = new Job(action);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _waiting.Enqueue(job);
            if (_waiting.Count == 1)
                Monitor.Pulse(_gate);
        }

        return job.Task;
    }

    /// <summary>Does what was handed over, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }

        await _ended.Task;
    }

    private void Work()
    {
        while (Take() is { } job)
            job.Do();
        _ended.SetResult();
    }

    private Job? Take()
    {
        lock (_gate)
        {
            Job? job;
            while (!_waiting.TryDequeue(out job) && !_closed)
                Monitor.Wait(_gate);
            return job;
        }
    }

    private sealed class Job(Action action) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public void Do()
        {
            try
            {
                action();
                SetResult();
            }
            catch (Exception e)
            {
                SetException(e);
            }
        }
    }
}
