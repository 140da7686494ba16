using Turnstile.Compute;
using Turnstile.Grains.Compute;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Compute;

public sealed class OpenJobsOnSqlite() : OpenJobsSuite(new SqliteHome());

[OnPostgres]
public sealed class OpenJobsOnPostgres() : OpenJobsSuite(new PostgresHome());

/// <summary>What the store tells of jobs that have not ended, for those who look whether all are known.</summary>
public abstract class OpenJobsSuite(StoreHome home) : StorageSuite(home)
{
    private JobStore _store = null!;

    [DatabaseFact]
    public async Task Callers_with_open_jobs_are_paged_by_their_ids()
    {
        await Open(callers: 4);
        await _store.AddJobs([Job(10, 1), Job(20, 2), Job(21, 2), Job(22, 2, priority: 3), Job(40, 4)]);
        await End(Job(10, 1));
        Assert.Equal([2L], Ids(await _store.PageCallersWithOpenJobs(0, 1)));
        Assert.Equal([2L, 4L], Ids(await _store.PageCallersWithOpenJobs(0, 10)));
        Assert.Equal([4L], Ids(await _store.PageCallersWithOpenJobs(2, 10)));
        Assert.Empty(await _store.PageCallersWithOpenJobs(4, 10));
        Assert.Equal(new CallerKey("", "caller 4"), (await _store.PageCallersWithOpenJobs(2, 1))[0].Key);
    }

    [DatabaseFact]
    public async Task Open_jobs_of_a_caller_are_told_up_to_an_id_for_each_priority()
    {
        await Open(callers: 2);
        await _store.AddJobs([Job(1, 1), Job(2, 1), Job(3, 1), Job(4, 1, priority: 9), Job(5, 1, priority: 9)]);
        await _store.AddJobs([Job(6, 2), Job(7, 1, priority: 5)]);
        await End(Job(1, 1));
        List<OpenJob> open = await _store.ListOpen(1, [(0, 2), (9, long.MaxValue)]);
        Assert.Equal([new OpenJob(2, 0), new OpenJob(4, 9), new OpenJob(5, 9)], open.OrderBy(job => job.Id));
    }

    private static IEnumerable<long> Ids(IEnumerable<CallerRow> callers) => callers.Select(caller => caller.Id);

    private static JobRow Job(long id, long caller, int priority = 0) => new()
    {
        Id = id, CallerId = caller, Caller = new CallerKey("", $"caller {caller}"), Operation = JobOperation.IsPrime, Number = "15",
        Priority = priority, Status = JobStatus.Queued, SubmittedAt = DateTimeOffset.UnixEpoch,
    };

    private Task<bool> End(JobRow job) =>
        _store.EndJob(new JobEnding(job with { Status = JobStatus.Cancelled }, default, Checkpointed: false));

    private async Task Open(int callers)
    {
        Database database = Make();
        _store = new JobStore(database, new ComputeTelemetry(Meters, Time));
        await database.Start();
        for (int id = 1; id <= callers; id++)
        {
            await _store.AddCaller(new CallerRow(id, new CallerKey("", $"caller {id}")));
        }
    }
}
