using Microsoft.Extensions.Options;
using Turnstile.Numerics;

namespace Turnstile.Grains.Compute;

/// <summary>
/// The threads that compute: as many as configured, apart from those that answer requests and below them in
/// priority. Slices are run in the order in which they come, those that give way after all others.
/// </summary>
/// <remarks>
/// What follows from the end of a slice costs some five hundred microseconds of processor time when it is done for one alone, between
/// computations that leave no cache warm, and a fraction of that for each of several. So ends of slices that give way are told together:
/// after a slice's time, or before the threads run out of work, or as soon as somebody wants to know.
/// </remarks>
internal sealed class ComputeThreads : IDisposable
{
    // Slices look at their budgets every few milliseconds.
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly IThreadCpuClock _clock;
    private readonly TimeSpan _slice;
    private readonly Thread[] _threads;

    // Slices' time of every thread after which one is handed back. What gives way delays nobody: several of them are granted ahead.
    private const int StaleSlices = 1;
    private const int StaleSlicesGivingWay = 4;

    // One that gives way goes on so long while nobody comes: its caller is alone, and would be granted the next one anyway.
    private const int SlicesAlone = 4;

    // Guarded by itself; taken by the threads, filled by job grains.
    private readonly Queue<SliceWork> _queue = new();
    private readonly Queue<SliceWork> _givingWay = new();
    private readonly SliceLedger _ledger;

    // Done, and not told yet since then.
    private List<SliceWork> _untold = [];
    private long _untoldSince;
    private double _spent;
    private bool _stopped;

    // Slices that give way to nobody and have no thread yet; for any thread.
    private int _waiting;

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
    /// <param name="manner">How it goes with others.</param>
    /// <param name="stop">Ends the slice early when cancelled.</param>
    /// <returns>Whether the work is finished, and the CPU seconds the slice took; also where it threw.</returns>
    internal Task<SliceMeasure> Run(long job, Func<SliceBudget, bool> step, SliceManner manner, CancellationToken stop)
    {
        lock (_queue)
        {
            if (_stopped)
            {
                return Task.FromResult(default(SliceMeasure));
            }

            var work = new SliceWork(job, step, manner, _spent, stop);
            (manner.GivesWay ? _givingWay : _queue).Enqueue(work);
            Volatile.Write(ref _waiting, _queue.Count);
            Monitor.Pulse(_queue);
            return work.Task;
        }
    }

    /// <summary>Slices that are done and were not told yet are told now.</summary>
    public void TellNow()
    {
        List<SliceWork> told;
        lock (_queue)
        {
            told = TakeUntold();
        }

        told.ForEach(work => work.Tell());
    }

    /// <summary>Slices in hand end at their next question to the budget, all others are handed back unrun.</summary>
    public void Stop()
    {
        lock (_queue)
        {
            _stopped = true;
            Monitor.PulseAll(_queue);
        }

        TellNow();
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
            work.Measure = next.Stale ? default : Measure(work);
            spent = work.Measure.CpuSeconds;
            _ledger.Done(work.Job);
            End(work);
        }
    }

    private void End(SliceWork work)
    {
        if (!work.Manner.GivesWay || !work.Measure.Finished)
        {
            work.Tell();
            return;
        }

        List<SliceWork> told = [];
        lock (_queue)
        {
            if (_untold.Count == 0)
            {
                _untoldSince = _time.GetTimestamp();
            }

            _untold.Add(work);
            bool few = _queue.Count + _givingWay.Count <= _threads.Length;
            if (few || _stopped || work.Manner.IsWatched() || _time.GetElapsedTime(_untoldSince) >= _slice)
            {
                told = TakeUntold();
            }
        }

        told.ForEach(done => done.Tell());
    }

    private List<SliceWork> TakeUntold()
    {
        List<SliceWork> untold = _untold;
        _untold = [];
        return untold;
    }

    private SliceMeasure Measure(SliceWork work)
    {
        double start = _clock.Seconds;
        bool finished = false;
        Exception? failure = null;
        try
        {
            int slices = 0;
            do
            {
                finished = work.Step(new SliceOf(this, slices > 0, work.Stop));
            }
            while (!finished && ++slices < SlicesAlone && GoesOn(work));
        }
        catch (Exception e)
        {
            failure = e;
        }

        return new SliceMeasure(finished, _clock.Seconds - start, failure);
    }

    /// <summary>Whoever watches hears of each slice.</summary>
    private bool GoesOn(SliceWork work) => work.Manner.GivesWay && !work.Manner.IsWatched()
        && !IsStopping && !work.Stop.IsCancellationRequested && Volatile.Read(ref _waiting) == 0;

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
                    Volatile.Write(ref _waiting, _queue.Count);
                    int slices = work.Manner.GivesWay ? StaleSlicesGivingWay : StaleSlices;
                    return (work, _stopped || _spent - work.SpentBefore >= slices * _slice.TotalSeconds * _threads.Length);
                }

                if (_stopped)
                {
                    return default;
                }

                Monitor.Wait(_queue);
            }
        }
    }

    private sealed class SliceWork(
        long job, Func<SliceBudget, bool> step, SliceManner manner, double spentBefore, CancellationToken stop)
        : TaskCompletionSource<SliceMeasure>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Job => job;

        /// <summary>What the threads had computed when it was put into their queue, in CPU seconds.</summary>
        public double SpentBefore => spentBefore;

        public Func<SliceBudget, bool> Step { get; } = step;

        public SliceManner Manner => manner;

        public CancellationToken Stop { get; } = stop;

        /// <summary>What came of it, once it is done.</summary>
        public SliceMeasure Measure { get; set; }

        public void Tell() => SetResult(Measure);
    }

    /// <summary>
    /// Spent when its time is up, the job is cancelled, or the threads shall end; one that is granted by nobody also when others come.
    /// </summary>
    private sealed class SliceOf(ComputeThreads threads, bool isExtra, CancellationToken stop) : SliceBudget
    {
        private readonly TimedBudget _timed = new(threads._time, threads._slice);

        public override bool IsSpent =>
            _timed.IsSpent || stop.IsCancellationRequested || threads.IsStopping
            || (isExtra && Volatile.Read(ref threads._waiting) > 0);
    }
}

/// <summary>How a slice goes with others.</summary>
/// <param name="GivesWay">
/// It waits until nothing else does, goes on for some slices while nothing else comes, and its end may be told together with others'.
/// </param>
/// <param name="IsWatched">Asked on any thread at its end: somebody waits for it, so that it is to be told at once.</param>
internal readonly record struct SliceManner(bool GivesWay, Func<bool> IsWatched);

/// <summary>What came of a slice.</summary>
/// <param name="Finished">The work is done.</param>
/// <param name="CpuSeconds">What it took.</param>
/// <param name="Failure">What it threw, or null.</param>
internal readonly record struct SliceMeasure(bool Finished, double CpuSeconds, Exception? Failure);
