using Microsoft.Extensions.Options;
using Turnstile.Numerics;

namespace Turnstile.Grains.Compute;

/// <summary>
/// The threads that compute: as many as configured, apart from those that answer requests and below them in
/// priority. Slices are run in the order in which they come, those that give way after all others.
/// </summary>
internal sealed class ComputeThreads : IDisposable
{
    // Slices look at their budgets every few milliseconds.
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly IThreadCpuClock _clock;
    private readonly TimeSpan _slice;
    private readonly Thread[] _threads;

    // Guarded by itself; taken by the threads, filled by job grains.
    private readonly Queue<SliceWork> _queue = new();
    private readonly Queue<SliceWork> _givingWay = new();
    private readonly SliceLedger _ledger;
    private double _spent;
    private bool _stopped;

    public ComputeThreads(IOptions<ComputeOptions> options, TimeProvider time, IThreadCpuClock clock, SliceLedger ledger)
    {
        _time = time;
        _clock = clock;
        _ledger = ledger;
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

    /// <summary>They are about to end and hand back whatever comes.</summary>
    public bool IsStopping => Volatile.Read(ref _stopped);

    /// <summary>Runs one slice of a job's work on one of the threads.</summary>
    /// <remarks>
    /// Slices are granted ahead by what they are expected to take. Where those before it took a slice's time of every thread
    /// instead, this one is handed back unrun: by now it may be somebody else's turn.
    /// </remarks>
    /// <param name="job">The job.</param>
    /// <param name="step">Gets the slice's budget, and returns true once the work is finished.</param>
    /// <param name="givesWay">It waits until nothing else does.</param>
    /// <param name="stop">Ends the slice early when cancelled.</param>
    /// <returns>Whether the work is finished, and the CPU seconds the slice took; also where it threw.</returns>
    internal Task<SliceMeasure> Run(long job, Func<SliceBudget, bool> step, bool givesWay, CancellationToken stop)
    {
        lock (_queue)
        {
            if (_stopped)
            {
                return Task.FromResult(default(SliceMeasure));
            }

            var work = new SliceWork(job, step, _spent, stop);
            (givesWay ? _givingWay : _queue).Enqueue(work);
            Monitor.Pulse(_queue);
            return work.Task;
        }
    }

    /// <summary>Slices in hand end at their next question to the budget, all others are handed back unrun.</summary>
    public void Stop()
    {
        lock (_queue)
        {
            _stopped = true;
            Monitor.PulseAll(_queue);
        }
    }

    /// <summary>Stops and ends the threads. One whose slice never looks at its budget is left behind: the process shall end.</summary>
    public void Dispose()
    {
        Stop();
        foreach (Thread thread in _threads)
        {
            thread.Join(EndPatience);
        }
    }

    private void Run()
    {
        _clock.GiveWay();
        double spent = 0;
        while (Next(spent) is { Work: { } work } next)
        {
            SliceMeasure measure = next.Stale ? default : Measure(work);
            spent = measure.CpuSeconds;
            _ledger.Done(work.Job);
            work.SetResult(measure);
        }
    }

    private SliceMeasure Measure(SliceWork work)
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

        return new SliceMeasure(finished, _clock.Seconds - start, failure);
    }

    /// <summary>The next slice, once there is one; none when the threads shall end.</summary>
    /// <param name="spent">CPU seconds that the last one took.</param>
    private (SliceWork? Work, bool Stale) Next(double spent)
    {
        lock (_queue)
        {
            _spent += spent;
            while (true)
            {
                if (_queue.TryDequeue(out SliceWork? work) || _givingWay.TryDequeue(out work))
                {
                    return (work, _stopped || _spent - work.SpentBefore >= _slice.TotalSeconds * _threads.Length);
                }

                if (_stopped)
                {
                    return default;
                }

                Monitor.Wait(_queue);
            }
        }
    }

    private sealed class SliceWork(long job, Func<SliceBudget, bool> step, double spentBefore, CancellationToken stop)
        : TaskCompletionSource<SliceMeasure>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Job => job;

        /// <summary>What the threads had computed when it was put into their queue, in CPU seconds.</summary>
        public double SpentBefore => spentBefore;

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
