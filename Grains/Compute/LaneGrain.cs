using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Turnstile.Compute;
using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Compute;

/// <summary>
/// The scheduler: matches callers that have jobs with workers that have time, by <see cref="FairShare"/>. It stores
/// nothing: after a crash it asks the store which callers have open jobs, and those for their queues.
/// </summary>
/// <remarks>
/// Slices are lent: workers that are not heard of for a lease's time are taken for dead, and their slices are granted anew.
/// What they report later of those is not listened to, and what they store is refused by the jobs' epochs.
/// </remarks>
[Reentrant]
[KeepAlive]
internal sealed class LaneGrain : Grain, ILaneGrain
{
    // Jobs asked of a caller at a time: with tiny jobs some milliseconds of work, so that asking is rare.
    private const int WindowMax = 256;

    // A pull ends by itself and not by the grain's timer: an activation that is to end, as when the silo that knew of it has
    // died, has no timers any more, and ends only when its calls have.
    private static readonly TimeSpan PullPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);

    // Silos end within half a minute, or are ended.
    private const double AskAllPeriodSeconds = 3;
    private const double AskAllSeconds = 45;

    private readonly JobStore _store;
    private readonly ComputeTelemetry _telemetry;
    private readonly ILogger<LaneGrain> _logger;
    private readonly FairShare _share;
    private readonly Dictionary<string, WorkerPool> _pools = [];
    private readonly Queue<(CallerKey Caller, double Due)> _askAgain = new();

    private readonly double _leaseSeconds;
    private readonly double _sliceSeconds;

    // Workers have gone, and with them perhaps the grains of callers that had jobs to offer. Those may take jobs in for some time
    // after, as long as their silo needs to end: callers are asked again and again until then.
    private double _askAllUntil = double.NegativeInfinity;
    private double _askAllAt = double.PositiveInfinity;

    // Callers with open jobs that have not been asked since this activation.
    private readonly HashSet<CallerKey> _strangers = [];

    // Jobs that workers have ended.
    private long _ended;

    public LaneGrain(JobStore store, IOptions<ComputeOptions> options, ComputeTelemetry telemetry, ILogger<LaneGrain> logger)
    {
        _store = store;
        _telemetry = telemetry;
        _logger = logger;
        _leaseSeconds = options.Value.LeaseSeconds;
        _sliceSeconds = options.Value.SliceMilliseconds / 1000.0;
        _share = new FairShare(new FairShareOptions
        {
            SliceSeconds = _sliceSeconds,
            QuantumSeconds = options.Value.QuantumMilliseconds / 1000.0,
            WindowLow = WindowMax / 2,
            SetAsideSeconds = options.Value.RetrySeconds,
            FirstComeFirstServed = options.Value.FirstComeFirstServed,
        });
    }

    private TimeProvider Time => _telemetry.Time;

    private double Now => Time.GetTimestamp() / (double)Time.TimestampFrequency;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (CallerKey caller in await _store.CallersWithOpenJobs())
        {
            // Its weight and limits come with its jobs, when it is asked for them.
            _strangers.Add(caller);
            _share.Offer(new CallerOffer { Caller = caller, Weight = 1, RunningMax = 1, Jobs = [], More = true });
        }

        AskHungry();
        this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(TickPeriod, TickPeriod) { Interleave = true });
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _telemetry.Lane = null;
        return Task.CompletedTask;
    }

    public Task Offer(CallerOffer offer)
    {
        _share.Offer(offer);
        Dispatch();
        return Task.CompletedTask;
    }

    public async Task<ImmutableArray<SliceGrant>> Pull(WorkerReport report)
    {
        WorkerPool pool = Take(report);
        pool.Answer([]);
        Task<ImmutableArray<SliceGrant>> answer = pool.Wait();
        Dispatch();
        if (!answer.IsCompleted)
        {
            await ((Task)answer.WaitAsync(PullPatience, Time)).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        if (!answer.IsCompleted)
        {
            pool.Answer([]);
        }

        return await answer;
    }

    public Task Report(WorkerReport report)
    {
        Take(report);
        Dispatch();
        return Task.CompletedTask;
    }

    public Task Leave(string workers)
    {
        Drop(workers);
        return Task.CompletedTask;
    }

    public Task Withdraw(CallerKey caller, long job)
    {
        _share.Withdraw(job);
        return Task.CompletedTask;
    }

    public Task Configure(CallerKey caller, double weight, int runningMax)
    {
        _share.Configure(caller, weight, runningMax);
        Dispatch();
        return Task.CompletedTask;
    }

    public Task<LaneCallerView> View(CallerKey caller) => Task.FromResult(_share.View(caller, Now));

    public Task<LaneOverview> Overview(int callersMax) => Task.FromResult(new LaneOverview
    {
        Callers = _share.Callers,
        Ready = _share.Ready,
        CpuPerSecond = _share.CpuPerSecond(Now),
        Ended = _ended,
        OldestSubmittedAt = _share.OldestSubmittedAt,
        Top = _share.Standings(callersMax, Now),
        Workers =
        [
            .. _pools.Select(pool => new WorkersView
            {
                Name = pool.Key,
                Threads = pool.Value.Threads,
                Jobs = [.. pool.Value.Jobs.Take(pool.Value.Threads)],
            }),
        ],
    });

    private WorkerPool Take(WorkerReport report)
    {
        if (!_pools.TryGetValue(report.Workers, out WorkerPool? pool))
        {
            _pools.Add(report.Workers, pool = new WorkerPool(_sliceSeconds));
        }

        pool.SeenAt = Now;
        pool.Threads = report.Threads;
        pool.IdleThreads = report.IdleThreads;
        pool.AheadSeconds = report.AheadSeconds;
        pool.SpareSlices = report.SpareSlices;
        foreach (SliceEnd end in report.Ends.Where(end => pool.Release(end.Job)))
        {
            _share.Settle(end, Now);
            _ended += end.Outcome == SliceOutcome.Ended ? 1 : 0;
        }

        return pool;
    }

    /// <summary>These workers are granted nothing more, and what they hold is to be taken up by others.</summary>
    private void Drop(string workers)
    {
        if (!_pools.Remove(workers, out WorkerPool? pool))
        {
            return;
        }

        pool.Answer([]);
        foreach (SliceEnd end in pool.TakeAll())
        {
            _share.Settle(end, Now);
        }

        _askAllUntil = Now + AskAllSeconds;
        _askAllAt = Now;
    }

    private void DropSilent()
    {
        foreach ((string workers, WorkerPool pool) in _pools.ToArray())
        {
            if (pool.SeenAt < Now - _leaseSeconds)
            {
                _logger.LogWarning("Workers {Workers} are silent; their slices are granted anew.", workers);
                Drop(workers);
            }
        }
    }

    /// <summary>
    /// Asks all callers with open jobs: one whose silo has died knows of no lane until somebody calls it.
    /// </summary>
    private async Task AskAll()
    {
        _askAllAt = Now < _askAllUntil ? Now + AskAllPeriodSeconds : double.PositiveInfinity;
        try
        {
            foreach (CallerKey caller in await _store.CallersWithOpenJobs())
            {
                _share.Expect(caller);
            }

            Dispatch();
        }
        catch (Exception e)
        {
            _logger.LogWarning(e, "Callers with open jobs could not be read; that is tried again.");
            _askAllAt = Now;
        }
    }

    /// <summary>
    /// Grants slices to the workers that wait for them, and asks callers whose jobs run low for more.
    /// </summary>
    private void Dispatch()
    {
        // Idle threads first: what could run at once shall not go behind something.
        Fill(idle: true);
        Fill(idle: false);
        AskHungry();
    }

    private void Fill(bool idle)
    {
        foreach (WorkerPool pool in _pools.Values)
        {
            if (pool.Waits && pool.IdleThreads > 0 == idle)
            {
                pool.Answer(pool.Fill(_share));
            }
        }
    }

    private void AskHungry()
    {
        while (_share.TryTakeHungry(out CallerQueue? caller))
        {
            Ask(caller.Key).InBackground(_logger);
        }
    }

    private async Task Ask(CallerKey caller)
    {
        try
        {
            CallerOffer offer = await GrainFactory.GetGrain<ICallerGrain>(caller.ToString()).Take(WindowMax, _strangers.Remove(caller));
            _share.Answer(offer);
            Dispatch();
        }
        catch (Exception e)
        {
            _logger.LogWarning(e, "Caller {Caller} could not be asked for its jobs; it is asked again.", caller);

            // Its answer may have been lost, and with it the jobs that it handed over.
            _strangers.Add(caller);
            _askAgain.Enqueue((caller, Now + TickPeriod.TotalSeconds));
        }
    }

    private Task Tick(CancellationToken stop)
    {
        while (_askAgain.TryPeek(out (CallerKey Caller, double Due) ask) && ask.Due <= Now)
        {
            _askAgain.Dequeue();
            _share.AskAgain(ask.Caller);
        }

        DropSilent();
        if (_askAllAt <= Now)
        {
            AskAll().InBackground(_logger);
        }

        _share.Wake(Now);
        Dispatch();
        _telemetry.Lane = new LaneState(
            _share.Callers,
            _share.Ready,
            _share.InFlight,
            _pools.Values.Sum(pool => pool.Threads),
            _share.OldestSubmittedAt);
        return Task.CompletedTask;
    }
}
