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
    // A pull ends by itself and not by the grain's timer: an activation that is to end, as when the silo that knew of it has
    // died, has no timers any more, and ends only when its calls have.
    private static readonly TimeSpan PullPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);

    private readonly JobStore _store;
    private readonly ComputeTelemetry _telemetry;
    private readonly ILogger<LaneGrain> _logger;
    private readonly FairShare _share;
    private readonly Dictionary<string, WorkerPool> _pools = [];
    private readonly double _leaseSeconds;
    private readonly double _sliceSeconds;
    private readonly double _reviewSeconds;

    private LaneCallers _callers = null!;
    private LaneReview _review = null!;

    // Jobs that workers have ended.
    private long _ended;

    public LaneGrain(JobStore store, IOptions<ComputeOptions> options, ComputeTelemetry telemetry, ILogger<LaneGrain> logger)
    {
        _store = store;
        _telemetry = telemetry;
        _logger = logger;
        _leaseSeconds = options.Value.LeaseSeconds;
        _sliceSeconds = options.Value.SliceMilliseconds / 1000.0;
        _reviewSeconds = options.Value.ReviewSeconds;
        _share = new FairShare(new FairShareOptions
        {
            SliceSeconds = _sliceSeconds,
            QuantumSeconds = options.Value.QuantumMilliseconds / 1000.0,
            WindowLow = CallerCalls.WindowMax / 2,
            SetAsideSeconds = options.Value.RetrySeconds,
            FirstComeFirstServed = options.Value.FirstComeFirstServed,
        });
    }

    private TimeProvider Time => _telemetry.Time;

    private double Now => Time.GetTimestamp() / (double)Time.TimestampFrequency;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var calls = new CallerCalls(_store, GrainFactory);
        _callers = new LaneCallers(_share, calls, Dispatch, () => Now, _logger);
        List<CallerRow> open = await calls.WithOpenJobs(after: 0, int.MaxValue);
        cancellationToken.ThrowIfCancellationRequested();
        _callers.Begin(open);
        _review = new LaneReview(_share, calls, Now, _reviewSeconds, _logger);
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

    public Task<ImmutableArray<long>> Lacking(ImmutableArray<long> jobs) =>
        Task.FromResult<ImmutableArray<long>>([.. jobs.Where(job => !_share.Has(job))]);

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
        pool.SpareSeconds = report.SpareSeconds;
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

        _callers.WorkersLeft();
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
    /// Grants slices to the workers that wait for them, and asks callers whose jobs run low for more.
    /// </summary>
    private void Dispatch()
    {
        // Idle threads first: what could run at once shall not go behind something.
        Fill(idle: true);
        Fill(idle: false);
        _callers.AskHungry();
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

    private Task Tick(CancellationToken stop)
    {
        DropSilent();
        _callers.Tick();
        _review.Tick(Now).InBackground(_logger);
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
