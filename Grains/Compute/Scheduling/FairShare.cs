using System.Diagnostics.CodeAnalysis;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute.Scheduling;

/// <summary>
/// Decides which job gets the next slice: hierarchical deficit round robin over accounts, the callers of each, and the
/// jobs of each caller by priority and age, all charged with measured CPU time. A decision costs the same however many
/// wait. Callers without jobs are forgotten as soon as they owe nothing.
/// </summary>
/// <remarks>Not thread-safe: it belongs to one grain. It has no clock; times come in as seconds of a monotonic clock.</remarks>
internal sealed class FairShare(FairShareOptions options)
{
    private readonly Dictionary<CallerKey, CallerQueue> _callers = [];
    private readonly Dictionary<string, AccountShare> _accounts = [];
    private readonly DeficitRound<AccountShare> _round = new(options.QuantumSeconds);
    private readonly CostModel _costs = new(options.SliceSeconds);
    private readonly Dictionary<long, SliceInFlight> _inFlight = [];
    private readonly Queue<CallerQueue> _hungry = new();
    private readonly Queue<CallerQueue> _resting = new();
    private readonly ServiceMeter _service = new();

    /// <summary>Callers that wait for a slice or have one.</summary>
    public int Callers => _callers.Count;

    /// <summary>Slices granted and not over.</summary>
    public int InFlight => _inFlight.Count;

    /// <summary>Jobs that are ready and wait for a slice.</summary>
    public long Ready { get; private set; }

    /// <summary>Takes in jobs of a caller, and whether it has more.</summary>
    public void Offer(CallerOffer offer)
    {
        CallerQueue caller = Find(offer.Caller);
        Configure(caller, offer.Weight, offer.RunningMax);
        foreach (QueuedJob job in offer.Jobs)
        {
            // A caller that forgot what it had handed over may offer a job twice.
            if (!_inFlight.ContainsKey(job.Id))
            {
                caller.Add(job, started: false);
                Ready++;
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
        if (_round.Peek() is not { } account)
        {
            return false;
        }

        CallerQueue caller = account.Callers.Peek()
            ?? throw new InvalidOperationException($"Account '{account.Name}' waits without a caller that waits.");
        ReadyJob ready = caller.Peek();
        double expected = _costs.Expected(ready.Job, ready.Started);
        if (expected > costMax)
        {
            return false;
        }

        caller.Take();
        Ready--;
        caller.Running += ready.Started ? 0 : 1;
        caller.InFlight++;
        caller.Account.InFlight++;
        _inFlight.Add(ready.Job.Id, new SliceInFlight(caller, ready, expected));
        Charge(caller, expected);
        Refresh(caller);
        grant = new SliceGrant { Caller = caller.Key, Job = ready.Job, ExpectedCpuSeconds = expected };
        return true;
    }

    /// <summary>A slice is over. Its caller is charged what was measured instead of what was expected.</summary>
    /// <returns>The job where it has to wait before it is ready again (<see cref="Resume"/>), else null.</returns>
    public QueuedJob? Settle(SliceEnd end, double now)
    {
        if (!_inFlight.Remove(end.Job, out SliceInFlight slice))
        {
            return null;
        }

        (CallerQueue caller, ReadyJob ready, double expected) = slice;
        Charge(caller, end.CpuSeconds - expected);
        caller.Service.Add(end.CpuSeconds, now);
        _service.Add(end.CpuSeconds, now);
        if (!ready.Started && end.Outcome is SliceOutcome.Ended or SliceOutcome.Unfinished)
        {
            _costs.Observe(ready.Job, end.CpuSeconds);
        }

        caller.InFlight--;
        caller.Account.InFlight--;
        switch (end.Outcome)
        {
            case SliceOutcome.Unfinished:
                caller.Add(ready.Job, started: true);
                Ready++;
                break;
            case SliceOutcome.Ended:
                caller.Running--;
                break;
            default:
                caller.Running--;
                Refresh(caller);
                return ready.Job;
        }

        Refresh(caller);
        return null;
    }

    /// <summary>A job that had to wait is ready again.</summary>
    public void Resume(CallerKey key, QueuedJob job)
    {
        CallerQueue caller = Find(key);
        caller.Add(job, started: false);
        Ready++;
        Refresh(caller);
    }

    /// <summary>A job shall not start. One that has a slice now is not touched: it ends by itself.</summary>
    public void Withdraw(CallerKey key, long job)
    {
        if (_callers.TryGetValue(key, out CallerQueue? caller) && caller.TryRemove(job, out ReadyJob removed))
        {
            Ready--;
            caller.Running -= removed.Started ? 1 : 0;
            Refresh(caller);
        }
    }

    /// <summary>A caller that has more jobs than are known here and runs low on them. It counts as asked from now on.</summary>
    public bool TryTakeHungry([NotNullWhen(true)] out CallerQueue? caller) => _hungry.TryDequeue(out caller);

    public LaneCallerView View(CallerKey key, double now)
    {
        double all = _service.Read(now);
        return _callers.TryGetValue(key, out CallerQueue? caller)
            ? new LaneCallerView { Running = caller.Running, Share = all > 0 ? caller.Service.Read(now) / all : 0 }
            : new LaneCallerView { Running = 0, Share = 0 };
    }

    private static void Configure(CallerQueue caller, double weight, int runningMax)
    {
        caller.Weight = weight;
        caller.RunningMax = runningMax;
        if (caller.Key.Account.Length == 0)
        {
            // A caller without an account is its own: its weight has to act among accounts.
            caller.Account.Weight = weight;
        }
    }

    private CallerQueue Find(CallerKey key)
    {
        if (_callers.TryGetValue(key, out CallerQueue? caller))
        {
            return caller;
        }

        if (!_accounts.TryGetValue(key.Charged, out AccountShare? account))
        {
            account = new AccountShare(key.Charged, options.QuantumSeconds);
            _accounts.Add(account.Name, account);
        }

        account.Remembered++;
        caller = new CallerQueue(key, account);
        _callers.Add(key, caller);
        return caller;
    }

    private void Charge(CallerQueue caller, double seconds)
    {
        caller.Deficit -= seconds;
        caller.Account.Deficit -= seconds;
    }

    /// <summary>After any change to a caller: in or out of the rounds, asked for more, or left to be forgotten.</summary>
    private void Refresh(CallerQueue caller)
    {
        AccountShare account = caller.Account;
        if (caller.Eligible)
        {
            account.Callers.Join(caller);
            _round.Join(account);
        }
        else if (caller.Active)
        {
            account.Callers.Leave(caller);
            if (account.Callers.Count == 0)
            {
                _round.Leave(account);
            }
        }

        if (account.Callers.Count == 0 && account.InFlight == 0)
        {
            account.Callers.Forgive();
        }

        if (caller is { More: true, Asked: false } && caller.Ready < options.WindowLow)
        {
            caller.Asked = true;
            _hungry.Enqueue(caller);
        }

        if (caller is { Idle: true, Resting: false })
        {
            caller.Resting = true;
            _resting.Enqueue(caller);
        }

        if (_round.Count == 0 && _inFlight.Count == 0)
        {
            _round.Forgive();
        }

        Forget();
    }

    /// <summary>Looks at two callers at rest, one more than can come to rest in a call, so that they never pile up.</summary>
    private void Forget()
    {
        for (int looks = 2; looks > 0 && _resting.TryDequeue(out CallerQueue? caller); looks--)
        {
            AccountShare account = caller.Account;
            bool settled = account.Remembered == 1 ? _round.IsSettled(account) : account.Callers.IsSettled(caller);
            if (!caller.Idle || !settled)
            {
                caller.Resting = caller.Idle;
                if (caller.Idle)
                {
                    _resting.Enqueue(caller);
                }

                continue;
            }

            _callers.Remove(caller.Key);
            if (--account.Remembered == 0)
            {
                _accounts.Remove(account.Name);
            }
        }
    }

    private readonly record struct SliceInFlight(CallerQueue Caller, ReadyJob Ready, double Expected);
}

/// <summary>What <see cref="FairShare"/> is tuned by.</summary>
internal sealed record FairShareOptions
{
    /// <summary>CPU seconds a party of weight 1 gets in a round.</summary>
    public double QuantumSeconds { get; init; } = 0.010;

    /// <summary>CPU seconds a slice lasts at most.</summary>
    public double SliceSeconds { get; init; } = 0.050;

    /// <summary>A caller with fewer ready jobs than this is asked for more, if it has more.</summary>
    public int WindowLow { get; init; } = 128;
}
