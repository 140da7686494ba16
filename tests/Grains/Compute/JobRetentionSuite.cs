using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Turnstile.Compute;
using Turnstile.Grains.Compute;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Harness;
using static Turnstile.Grains.Tests.Compute.StoredJobs;

namespace Turnstile.Grains.Tests.Compute;

public sealed class JobRetentionOnSqlite() : JobRetentionSuite(new SqliteHome());

[OnPostgres]
public sealed class JobRetentionOnPostgres() : JobRetentionSuite(new PostgresHome());

/// <summary>Which jobs go when they are old, and what goes with them.</summary>
public abstract class JobRetentionSuite(StoreHome home) : StorageSuite(home)
{
    // Between the ends of old jobs, in 1970, and of those that are not old.
    private static readonly DateTimeOffset Between = new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Lately = Between.AddDays(1);

    private Database _database = null!;
    private JobStore _store = null!;
    private AgedJobs _aged = null!;

    [DatabaseFact]
    public async Task A_job_that_ended_long_ago_goes_with_all_that_belongs_to_it()
    {
        await OpenStore();
        await _store.AddJobs([Job(1), Job(2)]);
        await _store.SaveCheckpoint(new JobCheckpoint(1, 0, 1, [1]));
        await _store.AddFailure(1, new JobFailure { Attempt = 1, At = Between, Reason = "It threw." });
        await _store.EndJob(new JobEnding(Ended(1, JobStatus.Done), new byte[] { 49 }, false) { Question = "asked" });
        await _store.EndJob(new JobEnding(Ended(2, JobStatus.Done), new byte[] { 50 }, false) { Question = "asked too" });
        await EndLately(2);

        Assert.Equal(1, await DropOlder());

        Assert.Null(await _store.FindJob(1));
        Assert.Null(await _store.ReadValue(1, 0, 1));
        Assert.Empty((await _store.FindFailures(1))[1]);
        long[] left = await Task.WhenAll(Count("job_checkpoints"), Count("job_values"), Count("answers"), Count("job_failures"));
        Assert.Equal([0L, 1, 1, 0], left);
        Assert.Equal(2, await _store.FindAnswer("asked too"));
        Assert.Equal(new CallerRow(1, One, Done: 2, CpuSeconds: 1), await _store.FindCaller(One));
    }

    [DatabaseFact]
    public async Task What_has_not_ended_or_did_so_lately_keeps_what_its_caller_asked_for_after_it()
    {
        await OpenStore();
        await _store.AddCaller(new CallerRow(2, new CallerKey("", "two")));
        await _store.AddJobs([.. Enumerable.Range(1, 9).Select(id => Job(id) with { CallerId = id % 2 == 0 ? 2 : 1 })]);
        foreach (int id in (int[])[1, 2, 4, 5, 6, 7, 8, 9])
        {
            await End(Ended(id, id < 4 ? JobStatus.Done : JobStatus.Cancelled));
        }

        await EndLately(6);

        Assert.Equal(3, await DropOlder());
        Assert.Equal([9L, 8, 7, 6, 5, 3], (await _store.LatestJobs(10)).Select(job => job.Id));
    }

    [DatabaseFact]
    public async Task More_old_jobs_than_go_at_once_all_go()
    {
        await OpenStore();
        await _store.AddJobs([.. Enumerable.Range(1, 2_500).Select(id => Job(id))]);
        await Script("UPDATE jobs SET status = 2, finished_at = 0 WHERE id <= 2400");

        Assert.Equal(2_400, await DropOlder());
        Assert.Equal(100, await Count("jobs"));
        Assert.Equal(0, await DropOlder());
    }

    [DatabaseFact]
    public async Task A_dead_letter_that_was_brought_back_to_life_meanwhile_stays()
    {
        await OpenStore();
        await _store.AddJobs([Job(1), Job(2)]);
        await End(Ended(1, JobStatus.Failed) with { Dead = true });
        await End(Ended(2, JobStatus.Failed) with { Dead = true });
        await _store.RequeueJob(1);

        Assert.Equal(1, await _aged.Drop([1, 2], Between));
        Assert.Equal(JobStatus.Queued, (await _store.FindJob(1))!.Status);
        Assert.Null(await _store.FindJob(2));
    }

    [DatabaseFact]
    public async Task No_job_ends_with_the_answer_of_one_that_is_gone()
    {
        await OpenStore();
        await _store.AddJobs([Job(1), Job(2), Job(3)]);
        await End(Ended(1, JobStatus.Done));
        var withAnswer = new JobEnding(Ended(2, JobStatus.Done), default, false) { Source = 1, AnyEpoch = true };
        var cancelled = new JobEnding(Ended(2, JobStatus.Cancelled), default, false) { AnyEpoch = true };
        Assert.True(await _store.EndJob(withAnswer with { Job = Ended(3, JobStatus.Done) }));
        await _aged.Drop([1], Between);
        using WritingPause pause = await WritingPause.Begin(_database);
        Task<bool> without = _store.EndJob(withAnswer);
        Task<bool> instead = _store.EndJob(cancelled);
        pause.End();

        Assert.False(await without);
        Assert.True(await instead);
        Assert.Equal(JobStatus.Cancelled, (await _store.FindJob(2))!.Status);
        Assert.Equal(new CallerRow(1, One, Done: 2, Cancelled: 1, CpuSeconds: 1.5), await _store.FindCaller(One));
    }

    [DatabaseFact]
    public async Task Of_two_ends_that_come_together_the_one_that_may_not_be_stored_is_told_so()
    {
        await OpenStore();
        await _store.AddJobs([Job(1)]);
        await _store.TakeJob(Job(1));
        using WritingPause pause = await WritingPause.Begin(_database);
        Task<bool> late = _store.EndJob(new JobEnding(Ended(1, JobStatus.Done), new byte[] { 49 }, false));
        Task<bool> cancelled = _store.EndJob(new JobEnding(Ended(1, JobStatus.Cancelled), default, false) { AnyEpoch = true });
        pause.End();

        Assert.False(await late);
        Assert.True(await cancelled);
        Assert.Equal(0, await Count("job_values"));
    }

    [DatabaseFact]
    public async Task A_repeat_of_a_batch_that_is_gone_is_a_new_batch()
    {
        await OpenStore();
        long next = 0;
        var keyed = new KeyedSubmissions(_store, 1, Submit, _ => { }, _ => Task.CompletedTask);
        JobRequest[] batch = [.. Enumerable.Range(0, 3).Select(_ => new JobRequest { Operation = JobOperation.IsPrime, Number = "15" })];
        await keyed.Submit("key", [.. batch]);
        await _store.AddJobs([Job(4)]);
        for (int id = 1; id <= 4; id++)
        {
            await End(Ended(id, JobStatus.Done));
        }

        Assert.Equal([1L, 2, 3], Assert.IsType<SubmitOutcome.Accepted>(await keyed.Submit("key", [.. batch])).Ids.AsEnumerable());
        Assert.Equal(4, await DropOlder());
        next = 10;
        Assert.Equal([11L, 12, 13], Assert.IsType<SubmitOutcome.Accepted>(await keyed.Submit("key", [.. batch])).Ids.AsEnumerable());

        async Task<SubmitOutcome> Submit(ImmutableArray<JobRequest> asked)
        {
            JobRow[] jobs = [.. asked.Select(request => Job(++next) with { IdempotencyKey = request.IdempotencyKey })];
            await _store.AddJobs(jobs);
            return new SubmitOutcome.Accepted { Ids = [.. jobs.Select(job => job.Id)] };
        }
    }

    private Task<bool> End(JobRow job) => _store.EndJob(new JobEnding(job, default, false));

    private Task<None> EndLately(long id) => Script($"UPDATE jobs SET finished_at = {Lately.ToMicroseconds()} WHERE id = {id}");

    private Task<None> Script(string sql) => _database.Writes.CreateWriter<None, None>(
        "script", (transaction, _, _) => ((BackendTransaction)transaction).Script(sql)).Write(default);

    private async Task<long> Count(string table) =>
        await _database.QueryFirstOrDefault(new Query<None, long>($"SELECT COUNT(*) FROM {table}", row => row.Integer(0)), default);

    private async Task<int> DropOlder()
    {
        var options = Options.Create(new ComputeOptions { KeepDays = 10 });
        using var retention = new JobRetention(_aged, options, Time, NullLogger<JobRetention>.Instance);
        int dropped = 0;
        await foreach (int more in retention.DropOlder(Between, CancellationToken.None))
        {
            dropped += more;
        }

        return dropped;
    }

    private async Task OpenStore()
    {
        _database = Make();
        _store = new JobStore(_database, new ComputeTelemetry(Meters, Time));
        _aged = new AgedJobs(_database);
        await _database.Start();
        await _store.AddCaller(new CallerRow(1, One));
    }
}
