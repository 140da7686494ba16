using Microsoft.Extensions.Options;
using Turnstile.Numerics;

namespace Turnstile.Grains.Compute;

/// <summary>
/// The threads that compute: as many as configured, apart from those that answer requests and below them in
/// priority. Slices are run in the order in which they come.
/// </summary>
public sealed class ComputeThreads : IDisposable
{
    private readonly TimeProvider _time;
    private readonly IThreadCpuClock _clock;
    private readonly TimeSpan _slice;
    private readonly Thread[] _threads;

    // Guarded by itself; taken by the threads, filled by job grains.
    private readonly Queue<SliceWork> _queue = new();
    private bool _stopped;

    public ComputeThreads(IOptions<ComputeOptions> options, TimeProvider time, IThreadCpuClock clock)
    {
        _time = time;
        _clock = clock;
        _slice = TimeSpan.FromMilliseconds(options.Value.SliceMilliseconds);
        _threads = new Thread[options.Value.WorkersNow];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = $"compute {i}" };
            _threads[i].Start();
        }
    }

    /// <summary>How many threads there are.</summary>
    public int Count => _threads.Length;

    /// <summary>Runs one slice of a job's work on one of the threads.</summary>
    /// <param name="step">Gets the slice's budget, and returns true once the work is finished.</param>
    /// <param name="stop">Ends the slice early when cancelled.</param>
    /// <returns>Whether the work is finished, and the CPU seconds the slice took; also where it threw.</returns>
    internal Task<SliceMeasure> Run(Func<SliceBudget, bool> step, CancellationToken stop)
    {
        var work = new SliceWork(step, stop);
        lock (_queue)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            _queue.Enqueue(work);
            Monitor.Pulse(_queue);
        }

        return work.Task;
    }

    /// <summary>Lets the slices in hand end, which they do at their next question to the budget, and ends the threads.</summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _stopped = true;
            Monitor.PulseAll(_queue);
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    private void Run()
    {
        _clock.GiveWay();
        while (Next() is { } work)
        {
            double start = _clock.Seconds;
            bool finished = false;
            Exception? failure = null;
            try
            {
                finished = work.Step(new SliceOf(this, work.Stop));
            }
            catch (Exception e)
            {
                failure = e;
            }

            work.SetResult(new SliceMeasure(finished, _clock.Seconds - start, failure));
        }
    }

    private SliceWork? Next()
    {
        lock (_queue)
        {
            while (true)
            {
                if (_queue.TryDequeue(out SliceWork? work))
                {
                    return work;
                }

                if (_stopped)
                {
                    return null;
                }

                Monitor.Wait(_queue);
            }
        }
    }

    private sealed class SliceWork(Func<SliceBudget, bool> step, CancellationToken stop)
        : TaskCompletionSource<SliceMeasure>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Func<SliceBudget, bool> Step { get; } = step;

        public CancellationToken Stop { get; } = stop;
    }

    /// <summary>Spent when its time is up, the job is cancelled, or the threads shall end.</summary>
    private sealed class SliceOf(ComputeThreads threads, CancellationToken stop) : SliceBudget
    {
        private readonly TimedBudget _timed = new(threads._time, threads._slice);

        public override bool IsSpent =>
            _timed.IsSpent || stop.IsCancellationRequested || Volatile.Read(ref threads._stopped);
    }
}

/// <summary>What came of a slice.</summary>
/// <param name="Finished">The work is done.</param>
/// <param name="CpuSeconds">What it took.</param>
/// <param name="Failure">What it threw, or null.</param>
internal readonly record struct SliceMeasure(bool Finished, double CpuSeconds, Exception? Failure);
