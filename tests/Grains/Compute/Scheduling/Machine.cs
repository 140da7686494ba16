using System.Collections.Immutable;
using Turnstile.Compute;
using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Tests.Compute.Scheduling;

/// <summary>
/// Workers on a clock of their own that run what a <see cref="FairShare"/> grants, and keep the books of who had
/// what.
/// </summary>
internal sealed class Machine(int workers, FairShareOptions? options = null)
{
    private readonly Dictionary<long, double> _left = [];
    private readonly Dictionary<CallerKey, double> _served = [];
    private readonly PriorityQueue<(SliceGrant Grant, double Seconds, SliceOutcome Outcome), double> _running = new();
    private int _idle = workers;
    private long _jobs;

    public FairShare Share { get; } = new(options ?? Options);

    public static FairShareOptions Options { get; } = new();

    public double Now { get; private set; }

    public int Running => _running.Count;

    public int Idle => _idle;

    /// <summary>Every grant in order.</summary>
    public List<SliceGrant> Grants { get; } = [];

    /// <summary>Decides how a slice ends that would leave the job finished or not.</summary>
    public Func<SliceGrant, SliceOutcome>? Fails { get; set; }

    public static CallerKey Caller(string name) => new("", name);

    public double Served(CallerKey caller) => _served.GetValueOrDefault(caller);

    /// <summary>Puts jobs of so much CPU time each into a caller's queue.</summary>
    /// <returns>The first one's id.</returns>
    public long Submit(
        CallerKey caller, double seconds, int count = 1, int priority = 0, double weight = 1, int runningMax = int.MaxValue)
    {
        long first = _jobs + 1;
        ImmutableArray<QueuedJob>.Builder jobs = ImmutableArray.CreateBuilder<QueuedJob>(count);
        for (int i = 0; i < count; i++)
        {
            _left.Add(++_jobs, seconds);
            jobs.Add(new QueuedJob
            {
                Id = _jobs, CallerId = 1, Operation = JobOperation.Factorize, Digits = 20, Priority = priority,
                SubmittedAt = DateTimeOffset.UnixEpoch,
            });
        }

        Offer(caller, jobs.DrainToImmutable(), weight, runningMax);
        return first;
    }

    public void Offer(CallerKey caller, ImmutableArray<QueuedJob> jobs, double weight = 1, int runningMax = int.MaxValue) =>
        Share.Offer(new CallerOffer { Caller = caller, Weight = weight, RunningMax = runningMax, Jobs = jobs, More = false });

    /// <summary>Gives every idle worker a slice, as far as there are any.</summary>
    public void Fill()
    {
        while (_idle > 0 && Share.TryTake(double.PositiveInfinity, out SliceGrant? grant))
        {
            _idle--;
            Grants.Add(grant);
            double seconds = Math.Min(_left[grant.Job.Id], Options.SliceSeconds);
            SliceOutcome outcome = Fails?.Invoke(grant) ?? SliceOutcome.Ended;
            outcome = outcome == SliceOutcome.Ended && _left[grant.Job.Id] > seconds ? SliceOutcome.Unfinished : outcome;
            _running.Enqueue((grant, seconds, outcome), Now + seconds);
        }
    }

    /// <summary>Fills the workers and lets the first of them come to the end of its slice.</summary>
    /// <returns>False where nothing runs.</returns>
    public bool Step()
    {
        Fill();
        if (!_running.TryDequeue(out (SliceGrant Grant, double Seconds, SliceOutcome Outcome) slice, out double at))
        {
            return false;
        }

        Now = at;
        _idle++;
        _left[slice.Grant.Job.Id] -= slice.Outcome is SliceOutcome.Ended or SliceOutcome.Unfinished ? slice.Seconds : 0;
        _served[slice.Grant.Caller] = Served(slice.Grant.Caller) + slice.Seconds;
        Share.Settle(
            new SliceEnd
            {
                Caller = slice.Grant.Caller, Job = slice.Grant.Job.Id, Outcome = slice.Outcome, CpuSeconds = slice.Seconds,
            },
            Now);
        return true;
    }

    /// <summary>Time passes while nothing happens.</summary>
    public void Sleep(double seconds)
    {
        Now += seconds;
        Share.Wake(Now);
    }

    public void Run(int steps)
    {
        for (int i = 0; i < steps && Step(); i++)
        {
        }
    }
}
