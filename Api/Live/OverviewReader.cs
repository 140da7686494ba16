using Microsoft.Extensions.Options;
using Turnstile.Accept;
using Turnstile.Api.Accept;
using Turnstile.Api.Events;
using Turnstile.Api.Factorial;
using Turnstile.Compute;
using Turnstile.Events;
using Turnstile.Factorial;

namespace Turnstile.Api.Live;

/// <summary>
/// Asks the grains for one overview after the other: some dozens of calls, whatever the number of callers. For one account, or
/// for who may see them all.
/// </summary>
internal sealed class OverviewReader(
    string? account, IGrainFactory grains, IOptions<LiveOptions> options, TimeProvider time, ILogger logger)
{
    private const int LatestMax = 14;
    private const int RunningMax = 64;
    private const int WindowSeconds = 60;
    private const int MostAsked = 5;

    // An account's own callers are looked for among so many.
    private const int OthersMax = 1_000;

    // What is added up over a whole table is asked for less often.
    private const int FactorialsEvery = 5;

    private (long Ended, long At)? _before;
    private FactorialStatsBody? _factorials;
    private int _reads;

    private ILaneGrain Lane => grains.GetGrain<ILaneGrain>(0);

    public async Task<OverviewBody> Read()
    {
        Task<ComputeOverviewBody?> compute = Part(ReadCompute);
        Task<StatsBody?> accept = Part(async () => StatsBody.Of(await grains.GetGrain<IMinutesGrain>(0).View()));
        Task<MaterializedBody?> events = Part(async () =>
            MaterializedBody.Of(await grains.GetGrain<IEventsGrain>(0).Materialise(WindowSeconds)));
        if (_reads++ % FactorialsEvery == 0)
        {
            _factorials = await Part(async () =>
                FactorialStatsBody.Of(await grains.GetGrain<IFactorialIndexGrain>(0).Stats(MostAsked)));
        }

        return new OverviewBody
        {
            At = time.GetUtcNow(),
            Account = account,
            Compute = await compute,
            Accept = await accept,
            Events = await events,
            Factorials = _factorials,
        };
    }

    private async Task<ComputeOverviewBody> ReadCompute()
    {
        LaneOverview lane = await Lane.Overview(account is null ? options.Value.CallersMax : OthersMax);
        Task<JobOverviewBody[]>? latest = account is null ? ReadLatest() : null;
        CallerOverviewBody[] callers = await Task.WhenAll(lane.Top
            .Where(standing => IsVisible(standing.Caller))
            .Take(options.Value.CallersMax)
            .Select(ReadCaller));
        JobView[] running = await ReadRunning(lane);
        WorkersBody[] workers =
        [
            .. lane.Workers.Select((pool, i) => new WorkersBody(
                $"{i + 1}",
                pool.Threads,
                [.. running.Where(job => pool.Jobs.Contains(job.Id)).Select(JobOverviewBody.Of)])),
        ];
        return new ComputeOverviewBody
        {
            JobsPerSecond = JobsPerSecond(lane.Ended),
            CpuPerSecond = Math.Round(lane.CpuPerSecond, 3),
            Threads = lane.Workers.Sum(pool => pool.Threads),
            Queued = Math.Max(callers.Sum(caller => caller.Queued), account is null ? lane.Ready : 0),
            OldestSeconds = lane.OldestSubmittedAt is { } at ? Math.Max(0, (time.GetUtcNow() - at).TotalSeconds) : null,
            Active = lane.Callers,
            Callers = callers,
            Workers = workers,
            Latest = latest is null ? null : WithProgress(await latest, workers),
        };
    }

    /// <summary>That a job runs is stored late or never; who has a thread is known better.</summary>
    private static JobOverviewBody[] WithProgress(JobOverviewBody[] latest, WorkersBody[] workers)
    {
        Dictionary<string, JobOverviewBody> running = workers
            .SelectMany(pool => pool.Running)
            .DistinctBy(job => job.Id)
            .ToDictionary(job => job.Id);
        return [.. latest.Select(job => job.FinishedAt is null ? running.GetValueOrDefault(job.Id, job) : job)];
    }

    private async Task<CallerOverviewBody> ReadCaller(CallerStanding standing) =>
        CallerOverviewBody.Of(standing, await grains.GetGrain<ICallerGrain>(standing.Caller.ToString()).View());

    private async Task<JobView[]> ReadRunning(LaneOverview lane)
    {
        JobView?[] views = await Task.WhenAll(lane.Workers
            .SelectMany(pool => pool.Jobs)
            .Take(RunningMax)
            .Select(id => grains.GetGrain<IJobGrain>(id).View()));
        return [.. views.OfType<JobView>().Where(job => !job.Ended && IsVisible(job.Caller))];
    }

    private async Task<JobOverviewBody[]> ReadLatest() =>
        [.. (await grains.GetGrain<IComputeIndexGrain>(0).Latest(LatestMax)).Select(JobOverviewBody.Of)];

    private bool IsVisible(CallerKey caller) => account is null || caller.Account == account;

    /// <summary>A scheduler that has started anew counts from 0: nothing is known of that second.</summary>
    private double JobsPerSecond(long ended)
    {
        long now = time.GetTimestamp();
        double seconds = _before is { } before ? time.GetElapsedTime(before.At, now).TotalSeconds : 0;
        double rate = seconds > 0 ? Math.Max(0, ended - _before!.Value.Ended) / seconds : 0;
        _before = (ended, now);
        return Math.Round(rate, 1);
    }

    /// <summary>One capability that cannot answer leaves the others to be seen.</summary>
    private async Task<T?> Part<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (Exception e)
        {
            logger.LogDebug(e, "A part of the overview could not be read.");
            return null;
        }
    }
}
