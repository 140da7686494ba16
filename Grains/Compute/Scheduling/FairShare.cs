using System.Diagnostics.CodeAnalysis;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute.Scheduling;

/// <summary>
/// Decides which job gets the next slice: hierarchical deficit round robin over accounts, the callers of each, and the
/// jobs of each caller by priority and age, all charged with measured CPU time. A decision costs the same however many
/// wait. Callers without jobs are forgotten as soon as they owe nothing.
/// </summary>
/// <remarks>Not thread-safe: it belongs to one grain. It has no clock; times come in as seconds of a monotonic clock.</remarks>
internal sealed partial class FairShare(FairShareOptions options)
{
    // CPU seconds lately that need not be told.
    private const double Negligible = 1e-4;

    private readonly Dictionary<CallerKey, CallerQueue> _callers = [];
    private readonly Dictionary<string, AccountShare> _accounts = [];
    private readonly Dictionary<long, ScheduledJob> _jobs = [];
    private readonly PriorityQueue<ScheduledJob, double> _away = new();
    private readonly DeficitRound<AccountShare> _round = new(options.QuantumSeconds);
    private readonly CostModel _costs = new(options.SliceSeconds);
    private readonly Queue<CallerQueue> _hungry = new();
    private readonly Queue<CallerQueue> _resting = new();
    private readonly ServiceMeter _service = new();
    private double _now;

    /// <summary>Callers that have jobs here, or owe something for those they had.</summary>
    public int Callers => _callers.Count;

    /// <summary>Jobs that are ready and wait for a slice.</summary>
    public long Ready { get; private set; }

    /// <summary>Slices granted and not over.</summary>
    public int InFlight { get; private set; }

    /// <summary>Whose turn it is; null where nothing waits.</summary>
    public CallerKey? Next => NextCaller()?.Key;

    /// <summary>More than one caller's jobs wait.</summary>
    public bool SeveralWait => _round.Count > 1 || NextCaller() is { Account.Callers.Count: > 1 };

    /// <summary>One caller's jobs wait, and no slice of another is on its way.</summary>
    public bool OneIsAlone => NextCaller() is { } caller && IsAlone(caller);

    /// <summary>No other caller's jobs wait, and no slice of another is on its way.</summary>
    public bool IsAlone(CallerKey key) => _callers.TryGetValue(key, out CallerQueue? caller) && IsAlone(caller);

    /// <summary>Whether a job is here, waiting, set aside or with a slice on its way.</summary>
    public bool Has(long job) => _jobs.ContainsKey(job);

    /// <summary>Jobs of a caller that are ready and wait for a slice.</summary>
    public int ReadyOf(CallerKey key) => _callers.TryGetValue(key, out CallerQueue? caller) ? caller.Ready : 0;

    /// <summary>
    /// Takes in jobs of a caller, and whether it has more. Jobs that are here already are not taken in twice.
    /// </summary>
    public void Offer(CallerOffer offer)
    {
        CallerQueue caller = Find(offer.Caller);
        Configure(caller, offer.Weight, offer.RunningMax);
        foreach (QueuedJob job in offer.Jobs)
        {
            var scheduled = new ScheduledJob(job, caller);
            if (_jobs.TryAdd(job.Id, scheduled))
            {
                Add(scheduled);
            }
        }

        caller.More = offer.More;
        Refresh(caller);
    }

    /// <summary>Takes in the answer of a caller that was asked for more.</summary>
    public void Answer(CallerOffer offer)
    {
        Find(offer.Caller).Asked = false;
        Offer(offer);
    }

    /// <summary>The caller may have jobs that are not known here: it is to be asked.</summary>
    public void Expect(CallerKey key)
    {
        CallerQueue caller = Find(key);
        caller.More = true;
        Refresh(caller);
    }

    /// <summary>The caller was asked for more and could not answer: it counts as not asked.</summary>
    public void AskAgain(CallerKey key)
    {
        CallerQueue caller = Find(key);
        caller.Asked = false;
        Refresh(caller);
    }

    public void Configure(CallerKey key, double weight, int runningMax)
    {
        if (_callers.TryGetValue(key, out CallerQueue? caller))
        {
            Configure(caller, weight, runningMax);
            Refresh(caller);
        }
    }

    /// <summary>The next slice. Its caller is charged the expected cost at once.</summary>
    /// <param name="costMax">The next slice is granted only if its expected CPU seconds are not above this.</param>
    /// <param name="grant">What is granted.</param>
    /// <returns>False where nothing waits, or where the next slice would cost more.</returns>
    public bool TryTake(double costMax, [NotNullWhen(true)] out SliceGrant? grant)
    {
        grant = null;
        if (NextCaller() is not { } caller)
        {
            return false;
        }

        ScheduledJob job = caller.NextJob()
            ?? throw new InvalidOperationException($"Caller '{caller.Key}' waits without a job that may run.");
        double expected = _costs.Expected(job.Job, job.Started);
        if (expected > costMax)
        {
            return false;
        }

        caller.Take(job);
        Ready--;
        caller.Running += job.Started ? 0 : 1;
        job.ExpectedSeconds = expected;
        CountInFlight(caller, 1);
        Charge(caller, expected);
        Refresh(caller);
        grant = new SliceGrant
        {
            Caller = caller.Key, Job = job.Job, ExpectedCpuSeconds = expected, First = !job.Started && job.Setbacks == 0,
        };
        return true;
    }

    /// <summary>
    /// The caller has slices on their way that nobody's are behind: its turn is theirs, so that others come to theirs.
    /// </summary>
    public void Pass(CallerKey key)
    {
        if (_callers.TryGetValue(key, out CallerQueue? caller) && caller.Active)
        {
            caller.Account.Callers.Pass(caller);
            _round.Pass(caller.Account);
        }
    }

    /// <summary>A slice is over. Its caller is charged what was measured instead of what was expected.</summary>
    /// <remarks>
    /// Where the worker or the database failed, an immediate second try would most likely fail alike: the job is set
    /// aside, twice as long each time, until <see cref="Wake"/> finds it due.
    /// </remarks>
    public void Settle(SliceEnd end, double now)
    {
        if (!_jobs.TryGetValue(end.Job, out ScheduledJob? job) || job.State != ScheduledJobState.InFlight)
        {
            return;
        }

        CallerQueue caller = job.Caller;
        Charge(caller, end.CpuSeconds - job.ExpectedSeconds);
        Count(caller, end.CpuSeconds, now);
        CountInFlight(caller, -1);
        if (!job.Started && end is { CpuSeconds: > 0, Outcome: SliceOutcome.Ended or SliceOutcome.Unfinished })
        {
            _costs.Observe(job.Job, end.CpuSeconds);
        }

        switch (end.Outcome)
        {
            case SliceOutcome.Unfinished:
                job.Started = true;
                Add(job);
                break;
            case SliceOutcome.Ended:
                caller.Running--;
                _jobs.Remove(end.Job);
                break;
            default:
                caller.Running--;
                SetAside(job, now, end.Outcome == SliceOutcome.Shares ? options.SharingSecondsMax : options.SetAsideSecondsMax);
                break;
        }

        Refresh(caller);
    }

    /// <summary>To be called every second or so: jobs that were set aside and are due are ready again.</summary>
    public void Wake(double now)
    {
        _now = now;
        Forget(_resting.Count);
        while (_away.TryPeek(out ScheduledJob? job, out double due) && due <= now)
        {
            _away.Dequeue();
            if (job.State == ScheduledJobState.Away)
            {
                job.Caller.Away--;
                Add(job);
                Refresh(job.Caller);
            }
        }
    }

    /// <summary>
    /// A job shall not be granted anything more. One that has a slice now is not touched: it ends by itself.
    /// </summary>
    public void Withdraw(long id)
    {
        if (!_jobs.TryGetValue(id, out ScheduledJob? job) || job.State == ScheduledJobState.InFlight)
        {
            return;
        }

        CallerQueue caller = job.Caller;
        _jobs.Remove(id);
        if (job.State == ScheduledJobState.Ready)
        {
            caller.Withdraw(job);
            Ready--;
            caller.Running -= job.Started ? 1 : 0;
        }
        else
        {
            job.State = ScheduledJobState.Withdrawn;
            caller.Away--;
        }

        Refresh(caller);
    }

    /// <summary>
    /// A caller that has more jobs than are known here and runs low on them. It counts as asked from now on.
    /// </summary>
    public bool TryTakeHungry([NotNullWhen(true)] out CallerQueue? caller) => _hungry.TryDequeue(out caller);

    private void Configure(CallerQueue caller, double weight, int runningMax)
    {
        caller.RunningMax = runningMax;
        caller.Account.Callers.SetWeight(caller, weight);
        if (caller.Key.Account.Length == 0)
        {
            // A caller without an account is its own: its weight has to act among accounts.
            _round.SetWeight(caller.Account, weight);
        }
    }

    private CallerQueue? NextCaller()
    {
        if (options.FirstComeFirstServed)
        {
            return _callers.Values.Where(caller => caller.Active).MinBy(caller => caller.NextJob()!.Job.Id);
        }

        if (_round.Peek() is not { } account)
        {
            return null;
        }

        return account.Callers.Peek()
            ?? throw new InvalidOperationException($"Account '{account.Name}' waits without a caller that waits.");
    }

    private bool IsAlone(CallerQueue caller) => InFlight == caller.InFlight
        && (caller.Active ? _round.Count == 1 && caller.Account.Callers.Count == 1 : _round.Count == 0);

    private void Add(ScheduledJob job)
    {
        job.Caller.Add(job);
        Ready++;
    }

    private void SetAside(ScheduledJob job, double now, double secondsMax)
    {
        job.State = ScheduledJobState.Away;
        job.Started = false;
        job.Caller.Away++;
        double seconds = Math.Min(secondsMax, options.SetAsideSeconds * Math.Pow(2, job.Setbacks++));
        _away.Enqueue(job, now + seconds);
    }

    private void Count(CallerQueue caller, double seconds, double now)
    {
        _now = now;
        caller.Charged += seconds;
        caller.Service.Add(seconds, now);
        _service.Add(seconds, now);
    }

    private void CountInFlight(CallerQueue caller, int slices)
    {
        caller.InFlight += slices;
        caller.Account.InFlight += slices;
        InFlight += slices;
    }

    private void Charge(CallerQueue caller, double seconds)
    {
        caller.Account.Callers.Charge(caller, seconds);
        _round.Charge(caller.Account, seconds);
    }
}
