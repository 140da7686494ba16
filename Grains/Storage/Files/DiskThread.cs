namespace Turnstile.Grains.Storage.Files;

/// <summary>
/// A thread that does one thing after another with files, in the order in which they were handed over: the disk blocks it, and the
/// thread pool has more to do than to wait for that. Where even changing threads takes too long, one caller at a time may be in its place.
/// </summary>
internal sealed class DiskThread : IAsyncDisposable
{
    private readonly object _gate = new();
    private readonly Queue<Job> _waiting = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _closed;

    // Somebody is at work: the thread, or who is in its place.
    private bool _taken;

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
            if (_waiting.Count == 1 && !_taken)
                Monitor.Pulse(_gate);
        }

        return job.Task;
    }

    /// <summary>
    /// Takes the thread's place, if nothing is being done and nothing waits: until it leaves, the caller may do itself what it would have
    /// handed over, and what is handed over waits for that.
    /// </summary>
    /// <returns>Whether it succeeded; <see cref="Leave"/> is to follow then.</returns>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_closed || _taken || _waiting.Count > 0)
                return false;
            return _taken = true;
        }
    }

    /// <summary>Gives the place back.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _taken = false;
            if (_waiting.Count > 0 || _closed)
                Monitor.Pulse(_gate);
        }
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
        {
            Exception? fault = job.Do();

            // Before the job's end is told: who hears of it finds the place free.
            Leave();
            job.End(fault);
        }

        _ended.SetResult();
    }

    private Job? Take()
    {
        lock (_gate)
        {
            Job? job = null;
            while (_taken || (!_waiting.TryDequeue(out job) && !_closed))
                Monitor.Wait(_gate);
            _taken = job is not null;
            return job;
        }
    }

    private sealed class Job(Action action) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Exception? Do()
        {
            try
            {
                action();
                return null;
            }
            catch (Exception e)
            {
                return e;
            }
        }

        public void End(Exception? fault)
        {
            if (fault is null)
                SetResult();
            else
                SetException(fault);
        }
    }
}
