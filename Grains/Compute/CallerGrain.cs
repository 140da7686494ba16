using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>A caller: stores its jobs, queues them, and hands them to the lane a few at a time.</summary>
/// <remarks>
/// Everything it promises is in the store; its memory is rebuilt from there. While any of its jobs is open it stays
/// active, because only it knows which of them the lane has. Submissions interleave: many share one commit.
/// </remarks>
[Reentrant]
[CollectionAgeLimit(Minutes = 5)]
internal sealed class CallerGrain(
    [PersistentState("settings")] IPersistentState<CallerSettings> settings,
    JobStore store,
    JobIds ids,
    IOptions<ComputeOptions> options,
    ComputeTelemetry telemetry,
    ILogger<CallerGrain> logger) : Grain, ICallerGrain
{
    private const int OfferMax = 256;
    private const int PageMax = 1_024;

    // Any time longer than a process lives; the delay is ended when the last job is over.
    private static readonly TimeSpan WhileOpen = TimeSpan.FromDays(1_000);

    private static readonly TimeSpan OfferAgainPeriod = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Task<SubmitOutcome>> _keysUnderWay = [];
    private CallerKey _key;
    private CallerBook _book = null!;
    private KnownAnswers _answers = null!;
    private Task? _registration;
    private Task _configuring = Task.CompletedTask;

    // Jobs up to this one were here before this activation and may have run.
    private long _recoveredUpTo;
    private bool _offering;
    private bool _kept;

    // What the telemetry has been told of.
    private (long Jobs, double CpuSeconds) _told;

    private TimeProvider Time => telemetry.Time;

    private double Now => Time.GetTimestamp() / (double)Time.TimestampFrequency;

    private ILaneGrain Lane => GrainFactory.GetGrain<ILaneGrain>(0);

    private double Weight => settings.State.Weight ?? 1;

    private int RunningMax => settings.State.RunningMax ?? options.Value.RunningPerCallerMax;

    private int QueuedMax => settings.State.QueuedMax ?? options.Value.WaitingPerCallerMax;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = CallerKey.Parse(this.GetPrimaryKeyString());
        CallerRow? row = await store.FindCaller(_key);
        _book = new CallerBook(row ?? new CallerRow(ids.Next(), _key), options.Value.WindowPerCaller);
        if (row is not null)
        {
            _registration = Task.CompletedTask;
            _book.LastJob = _recoveredUpTo = await store.LastJob(row.Id);
            _book.Recover(await store.CountOpen(row.Id));
        }

        _answers = new KnownAnswers(store, Adopt);
        Keep();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        telemetry.OpenChanged(-_told.Jobs, -_told.CpuSeconds);
        return Task.CompletedTask;
    }

    public async Task<SubmitOutcome> Submit(ImmutableArray<JobRequest> requests)
    {
        using Activity? span = Traces.StartTurn("caller submit");
        span?.SetTag("turnstile.caller", _key.Name).SetTag("turnstile.jobs", requests.Length);
        await Register();
        return requests is [{ IdempotencyKey: { } key } request] ? await SubmitOnce(key, request) : await Store(requests);
    }

    public async Task<CallerView> View()
    {
        LaneCallerView lane = await Lane.View(_key);
        return new CallerView
        {
            Key = _key,
            Weight = Weight,
            RunningMax = RunningMax,
            QueuedMax = QueuedMax,
            Queued = Math.Max(0, _book.Open - lane.Running),
            Running = lane.Running,
            Done = _book.Row.Done,
            Failed = _book.Row.Failed,
            Cancelled = _book.Row.Cancelled,
            CpuSeconds = _book.Row.CpuSeconds,
            Share = lane.Share,
            WaitMedianSeconds = _book.WaitMedian,
            WaitP99Seconds = _book.WaitP99,
            Entitlement = lane.Entitlement,
            ChargedCpuSeconds = lane.ChargedCpuSeconds,
            LagSeconds = lane.LagSeconds,
            Reason = lane.Reason,
        };
    }

    public async Task<CallerView> Configure(CallerSettings change)
    {
        await Register();

        // Calls interleave, and two writes of one state at once would be a conflict.
        await (_configuring = Configure(change, after: _configuring));
        return await View();
    }

    public async Task<Page<JobView>> Jobs(JobStatus? status, int limit, long? after)
    {
        List<JobRow> rows = await store.PageJobs(_book.Row.Id, status, after, limit + 1);
        return Pages.Of(rows, limit, row => row.ToView(), row => JobId.Format(row.Id));
    }

    public async Task<JobWait> WaitOf(long job, int priority)
    {
        (long position, long? countAfter) = _book.Position(job, priority);
        if (countAfter is { } after)
        {
            position += await store.CountBetween(_book.Row.Id, priority, after, job);
        }

        double pace = _book.EndsPerSecond(Now);
        return new JobWait { Position = position, EstimateSeconds = pace > 0 ? position / pace : null };
    }

    public async Task<CallerOffer> Take(int limit, bool afresh)
    {
        if (afresh)
        {
            _book.TakeBack();
        }

        if (_book.BeginPage() is { } page)
        {
            await Read(page);
        }

        return Next(limit);
    }

    public Task Ended(ImmutableArray<JobEnd> ends)
    {
        foreach (JobEnd end in ends)
        {
            _book.End(end, Now);
        }

        Keep();
        return Task.CompletedTask;
    }

    public async Task Withdraw(JobEnd end, int priority)
    {
        if (_book.Withdraw(end, priority, Now))
        {
            await Lane.Withdraw(_key, end.Job);
        }

        Keep();
    }

    public Task Requeue(QueuedJob job)
    {
        _book.Return(job);
        Keep();
        Feed(job.Priority);
        return Task.CompletedTask;
    }

    /// <summary>
    /// The caller's row is stored before its first job is; a failure is forgotten and tried again by the next call.
    /// </summary>
    private async ValueTask Register()
    {
        _registration ??= store.AddCaller(_book.Row);
        try
        {
            await _registration;
        }
        catch
        {
            _registration = null;
            throw;
        }
    }

    /// <summary>A key under way makes its repeats wait for it, so that they find what it stored.</summary>
    private async Task<SubmitOutcome> SubmitOnce(string key, JobRequest request)
    {
        while (_keysUnderWay.TryGetValue(key, out Task<SubmitOutcome>? first))
        {
            await ((Task)first).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        Task<SubmitOutcome> submission = FindOrStore(key, request);
        _keysUnderWay.Add(key, submission);
        try
        {
            return await submission;
        }
        finally
        {
            _keysUnderWay.Remove(key);
        }
    }

    private async Task Configure(CallerSettings change, Task after)
    {
        await after.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        CallerSettings before = settings.State;
        settings.State = new CallerSettings
        {
            Weight = change.Weight ?? before.Weight, RunningMax = change.RunningMax ?? before.RunningMax,
            QueuedMax = change.QueuedMax ?? before.QueuedMax,
        };
        try
        {
            await settings.WriteStateAsync();
        }
        catch
        {
            settings.State = before;
            throw;
        }

        await Lane.Configure(_key, Weight, RunningMax);
    }

    private async Task<SubmitOutcome> FindOrStore(string key, JobRequest request)
    {
        if (await store.FindByIdempotencyKey(_book.Row.Id, key) is not { } known)
        {
            return await Store([request]);
        }

        bool same = known.Operation == request.Operation && known.Number == request.Number
            && known.Priority == request.Priority && known.TimeoutSeconds == request.TimeoutSeconds;
        return same ? new SubmitOutcome.Repeated { Id = known.Id } : new SubmitOutcome.KeyReused();
    }

    private async Task<SubmitOutcome> Store(ImmutableArray<JobRequest> requests)
    {
        if (_book.Open + requests.Length > QueuedMax)
        {
            double pace = _book.EndsPerSecond(Now);
            long excess = _book.Open + requests.Length - QueuedMax;
            return new SubmitOutcome.QueueFull
            {
                QueuedMax = QueuedMax, RetryAfterSeconds = pace > 0 ? Math.Clamp(excess / pace, 1, 3_600) : 60,
            };
        }

        var jobs = new JobRow[requests.Length];
        var inMemory = new bool[requests.Length];
        int priority = 0;
        for (int i = 0; i < jobs.Length; i++)
        {
            jobs[i] = NewJob(requests[i]);
            inMemory[i] = _book.Admit(jobs[i]);
            priority = Math.Max(priority, jobs[i].Priority);
        }

        Keep();
        try
        {
            await store.AddJobs(jobs);
        }
        catch
        {
            for (int i = 0; i < jobs.Length; i++)
            {
                _book.Abandon(jobs[i], inMemory[i]);
            }

            Keep();
            throw;
        }

        for (int i = 0; i < jobs.Length; i++)
        {
            _book.Commit(jobs[i], inMemory[i]);
        }

        _answers.Look(jobs).InBackground(logger);
        Feed(priority);
        return new SubmitOutcome.Accepted { Ids = [.. jobs.Select(job => job.Id)] };
    }

    /// <summary>A job whose answer is known ends at once, without a turn.</summary>
    private void Adopt(long job, long source) => GrainFactory.GetGrain<IJobGrain>(job).Adopt(source).InBackground(logger);

    private JobRow NewJob(JobRequest request) => new()
    {
        Id = ids.Next(_book.LastJob),
        CallerId = _book.Row.Id,
        Caller = _key,
        Operation = request.Operation,
        Number = request.Number,
        Priority = request.Priority,
        TimeoutSeconds = request.TimeoutSeconds,
        IdempotencyKey = request.IdempotencyKey,
        Status = JobStatus.Queued,
        SubmittedAt = Time.GetUtcNow(),
        Trace = Traces.On ? Activity.Current?.Id : null,
    };

    private CallerOffer Next(int limit)
    {
        ImmutableArray<QueuedJob> jobs = _book.Take(limit);
        _book.LaneAsks = _book.HasMore;
        return new CallerOffer { Caller = _key, Weight = Weight, RunningMax = RunningMax, Jobs = jobs, More = _book.LaneAsks };
    }

    /// <summary>Tells the lane of new jobs, unless it will ask for them anyway in time.</summary>
    private void Feed(int priority)
    {
        if (!_offering && _book.HasMore && (!_book.LaneAsks || priority > _book.HandedPriority))
        {
            Offer().InBackground(logger);
        }
    }

    /// <summary>One offer at a time: what comes meanwhile goes with the next one.</summary>
    private async Task Offer()
    {
        _offering = true;
        try
        {
            do
            {
                await Hand();
            }
            while (_book.HasMore && !_book.LaneAsks);
        }
        finally
        {
            _offering = false;
        }
    }

    /// <summary>
    /// Where the lane cannot be reached it has nothing of this caller: everything is offered again a little later.
    /// </summary>
    private async Task Hand()
    {
        try
        {
            await Lane.Offer(Next(OfferMax));
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "Caller {Caller} could not offer its jobs; they are offered again.", _key);
            _book.TakeBack();
            await Task.Delay(OfferAgainPeriod, Time);
        }
    }

    private async Task Read(BacklogPage page)
    {
        try
        {
            List<QueuedJob> jobs = await store.PageBacklog(_book.Row.Id, page, _recoveredUpTo, PageMax);
            _book.Fill(page, jobs, whole: jobs.Count < PageMax);
        }
        catch
        {
            _book.EndPage(page);
            throw;
        }
    }

    /// <summary>Stays active while jobs are open, and tells how many are.</summary>
    private void Keep()
    {
        (long Jobs, double CpuSeconds) open = (_book.Open, _book.Open * _book.MeanCpuSeconds);
        telemetry.OpenChanged(open.Jobs - _told.Jobs, open.CpuSeconds - _told.CpuSeconds);
        _told = open;
        if (_kept != _book.Open > 0)
        {
            _kept = !_kept;
            DelayDeactivation(_kept ? WhileOpen : TimeSpan.FromTicks(-1));
        }
    }
}
