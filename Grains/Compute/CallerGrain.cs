using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Turnstile.Compute;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Compute;

/// <summary>A caller: stores its jobs, queues them, and hands them to the lane a few at a time.</summary>
/// <remarks>
/// Everything it promises is in the store; its memory is rebuilt from there. While any of its jobs is open it stays
/// active, because only it knows which of them the lane has. Submissions interleave: many share one commit.
/// </remarks>
[Reentrant]
[CollectionAgeLimit(Minutes = 5)]
internal sealed partial class CallerGrain(
    [PersistentState("settings")] IPersistentState<CallerSettings> settings,
    JobStore store,
    JobIds ids,
    IOptions<ComputeOptions> options,
    ComputeTelemetry telemetry,
    ILogger<CallerGrain> logger) : Grain, ICallerGrain
{
    // Any time longer than a process lives; the delay is ended when the last job is over.
    private static readonly TimeSpan WhileOpen = TimeSpan.FromDays(1_000);

    private CallerKey _key;
    private CallerBook _book = null!;
    private KeyedSubmissions _keyed = null!;
    private KnownAnswers _answers = null!;
    private Task? _registration;
    private Task _configuring = Task.CompletedTask;

    // Jobs up to this one were here before this activation and may have run.
    private long _recoveredUpTo;
    private bool _kept;

    // Set when the activation ends: calls that it would still make are refused by the engine.
    private bool _left;

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
        _keyed = new KeyedSubmissions(store, _book.Row.Id, Store, Find, FindAmong);

        // Whoever is not wanted any more has no deactivation in which to take back what is told from here on.
        cancellationToken.ThrowIfCancellationRequested();
        Keep();

        // The activation before this one may have left with jobs that the lane has not heard of.
        Feed(priority: 0);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _left = true;
        telemetry.OpenChanged(-_told.Jobs, -_told.CpuSeconds);
        return Task.CompletedTask;
    }

    public async Task<CallerView> View()
    {
        LaneCallerView lane = await Lane.View(_key);

        // Of ends that came while the grain began nobody can tell whether what it read then counts them: the row can.
        CallerRow ended = await store.FindCaller(_key) ?? _book.Row;
        return new CallerView
        {
            Key = _key,
            Weight = Weight,
            RunningMax = RunningMax,
            QueuedMax = QueuedMax,
            Queued = Math.Max(0, _book.Open - lane.Running),
            Running = lane.Running,
            Done = ended.Done,
            Failed = ended.Failed,
            Cancelled = ended.Cancelled,
            CpuSeconds = ended.CpuSeconds,
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

    public Task<Page<JobView>> Jobs(JobStatus? status, int limit, long? after) =>
        JobPages.Read((before, most) => store.PageJobs(_book.Row.Id, status, before, most), limit, after);

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

    /// <summary>
    /// The caller's row is stored before its first job is; a failure is forgotten and tried again by the next call.
    /// </summary>
    private async ValueTask Register()
    {
        _registration ??= AddRow();
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

    private async Task AddRow()
    {
        await store.AddCaller(_book.Row);
        if (await store.FindCaller(_key) is { } stored && stored.Id != _book.Row.Id)
        {
            // An activation that was given up for dead was faster: the next one goes on with what it stored.
            DeactivateOnIdle();
            throw new StorageUnavailableException($"Caller {_key} was stored by another silo.");
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
