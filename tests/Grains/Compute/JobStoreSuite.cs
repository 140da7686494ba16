using System.Collections.Immutable;
using System.Text;
using Turnstile.Compute;
using Turnstile.Grains.Compute;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Harness;
using static Turnstile.Grains.Tests.Compute.StoredJobs;

namespace Turnstile.Grains.Tests.Compute;

public sealed class JobsOnSqlite() : JobStoreSuite(new SqliteHome());

[OnPostgres]
public sealed class JobsOnPostgres() : JobStoreSuite(new PostgresHome());

public abstract class JobStoreSuite(StoreHome home) : StorageSuite(home)
{
    private Database _database = null!;

    [DatabaseFact]
    public async Task A_job_comes_back_as_it_was_stored()
    {
        JobStore store = await OpenStore();
        JobRow job = Job(7) with { Priority = 3, TimeoutSeconds = 2.5, IdempotencyKey = "key", Number = new string('9', 10_000) };
        await store.AddJobs([job]);
        Assert.Equal(job, await store.FindJob(7));
        Assert.Null(await store.FindJob(8));
        Assert.Equal(job, await store.FindByIdempotencyKey(1, "key"));
        Assert.Null(await store.FindByIdempotencyKey(2, "key"));
    }

    [DatabaseFact]
    public async Task A_job_ends_once_and_is_counted_with_its_end()
    {
        JobStore store = await OpenStore();
        await store.AddJobs([Job(1), Job(2), Job(3)]);
        JobRow done = Ended(1, JobStatus.Done) with { Result = new IsPrimeResult { Prime = true, Proof = "bpsw" } };
        bool[] ended = await Task.WhenAll(
            End(store, done), End(store, Ended(1, JobStatus.Failed)), End(store, Ended(2, JobStatus.Failed)),
            End(store, Ended(3, JobStatus.Cancelled)));
        Assert.Equal([true, false, true, true], ended);
        Assert.False(await End(store, Ended(2, JobStatus.Done)));
        Assert.Equal(done, await store.FindJob(1));
        Assert.Equal(new CallerRow(1, One, 1, 1, 1, 1.5), await store.FindCaller(One));
    }

    [DatabaseFact]
    public async Task An_answer_whose_job_is_gone_is_none_and_gives_way_to_the_next()
    {
        JobStore store = await OpenStore();
        await store.AddJobs([Job(1), Job(2), Job(3)]);
        await EndWithAnswer(1);
        await EndWithAnswer(2);
        Assert.Equal(1, await store.FindAnswer("asked"));
        await _database.Writes.CreateWriter<None, None>(
            "drop", (transaction, _, _) => ((BackendTransaction)transaction).Script("DELETE FROM jobs WHERE id = 1")).Write(default);
        Assert.Null(await store.FindAnswer("asked"));
        Assert.Empty(await store.FindAnswers([new JobQuestion("asked", 9)]));
        await EndWithAnswer(3);
        Assert.Equal(3, await store.FindAnswer("asked"));
        Assert.Equal([new JobAnswer(9, 3)], await store.FindAnswers([new JobQuestion("asked", 9)]));

        Task EndWithAnswer(long id) =>
            store.EndJob(new JobEnding(Ended(id, JobStatus.Done), default, false) { Question = "asked" });
    }

    [DatabaseFact]
    public async Task A_glance_at_the_latest_jobs_leaves_long_digits_out_and_pages_have_them()
    {
        JobStore store = await OpenStore();
        await store.AddJobs([Job(1) with { Operation = JobOperation.Factorial }, Job(2) with { Operation = JobOperation.Factorial }]);
        var result = new FactorialResult { Number = "15", Value = new string('7', 65_536), Digits = 65_536, Sha256 = "sum" };
        JobRow large = Ended(1, JobStatus.Done) with { Operation = JobOperation.Factorial, Result = result };
        JobRow small = Ended(2, JobStatus.Done) with { Operation = JobOperation.Factorial, Result = result with { Value = "7" } };
        await Task.WhenAll(End(store, large), End(store, small));
        Assert.Equal([small, large], await store.PageJobs(1, null, null, 10));
        Assert.Equal([small, large with { Result = result with { Value = null } }], await store.LatestJobs(10));
        Assert.Equal(large, await store.FindJob(1));
    }

    [DatabaseFact]
    public async Task A_start_that_comes_after_the_end_changes_nothing()
    {
        JobStore store = await OpenStore();
        await store.AddJobs([Job(1)]);
        await End(store, Ended(1, JobStatus.Done));
        await store.StartJob(Job(1) with { Attempts = 9 });
        Assert.Equal((JobStatus.Done, 1), ((await store.FindJob(1))!.Status, (await store.FindJob(1))!.Attempts));
    }

    [DatabaseFact]
    public async Task A_key_is_used_once_and_then_refused_with_nothing_stored()
    {
        JobStore store = await OpenStore();
        await store.AddJobs([Job(1) with { IdempotencyKey = "key" }]);
        await Assert.ThrowsAsync<StorageConstraintException>(
            () => store.AddJobs([Job(2), Job(3) with { IdempotencyKey = "key" }]));
        Assert.Null(await store.FindJob(2));
        await store.AddCaller(new CallerRow(2, new CallerKey("", "two")));
        await store.AddJobs([Job(4) with { CallerId = 2, IdempotencyKey = "key" }]);
    }

    [DatabaseFact]
    public async Task A_job_that_an_activation_given_up_for_dead_stores_at_last_is_queued_by_its_successor()
    {
        JobStore store = await OpenStore();
        JobRow late = Job(1) with { IdempotencyKey = "key" };
        var book = new CallerBook(new CallerRow(1, One), windowMax: 4);
        var keyed = new KeyedSubmissions(store, 1, Submit, job => book.Find(job.ToQueued(recovered: true)), _ => Task.CompletedTask);
        Assert.Equal(new SubmitOutcome.Repeated { Id = 1 }, await keyed.Submit("key", RequestOf(late)));
        Assert.Equal(new SubmitOutcome.Repeated { Id = 1 }, await keyed.Submit("key", RequestOf(late)));
        Assert.Equal([1L], book.Take(10).Select(job => job.Id));

        async Task<SubmitOutcome> Submit(ImmutableArray<JobRequest> asked)
        {
            await store.AddJobs([late]);
            await store.AddJobs([Job(2) with { IdempotencyKey = asked[0].IdempotencyKey }]);
            return new SubmitOutcome.Accepted { Ids = [2] };
        }
    }

    [DatabaseFact]
    public async Task A_batch_that_an_activation_given_up_for_dead_stores_at_last_is_not_stored_again_by_its_successor()
    {
        JobStore store = await OpenStore();
        var looked = new List<long>();
        var keyed = new KeyedSubmissions(store, 1, Submit, _ => Assert.Fail("It is many jobs."), Find);
        ImmutableArray<JobRequest> batch = [RequestOf(Job(1)), RequestOf(Job(2)), RequestOf(Job(3))];
        for (int i = 0; i < 2; i++)
        {
            var accepted = Assert.IsType<SubmitOutcome.Accepted>(await keyed.Submit("key", batch));
            Assert.Equal([1L, 2, 3], accepted.Ids.AsEnumerable());
        }

        Assert.IsType<SubmitOutcome.KeyReused>(await keyed.Submit("key", [batch[0] with { Priority = 1 }, .. batch.Skip(1)]));
        Assert.Null(await store.FindJob(4));
        Assert.Equal([1L, 2, 3, 1, 2, 3], looked);

        Task Find(IReadOnlyCollection<long> jobs)
        {
            looked.AddRange(jobs);
            return Task.CompletedTask;
        }

        async Task<SubmitOutcome> Submit(ImmutableArray<JobRequest> asked)
        {
            await store.AddJobs([.. asked.Select((request, i) => Job(i + 1) with { IdempotencyKey = request.IdempotencyKey })]);
            await store.AddJobs([.. asked.Select((request, i) => Job(i + 4) with { IdempotencyKey = request.IdempotencyKey })]);
            throw new InvalidOperationException("One batch was stored twice.");
        }
    }

    [DatabaseFact]
    public async Task A_job_whose_commit_was_answered_with_a_failure_is_queued_when_its_key_comes_again()
    {
        JobStore store = await OpenStore();
        JobRow stored = Job(1) with { IdempotencyKey = "key" };
        var book = new CallerBook(new CallerRow(1, One), windowMax: 4);
        var keyed = new KeyedSubmissions(store, 1, Submit, job => book.Find(job.ToQueued(recovered: true)), _ => Task.CompletedTask);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => keyed.Submit("key", RequestOf(stored)));
        Assert.Equal(new SubmitOutcome.Repeated { Id = 1 }, await keyed.Submit("key", RequestOf(stored)));
        Assert.Equal(new SubmitOutcome.Repeated { Id = 1 }, await keyed.Submit("key", RequestOf(stored)));
        Assert.Equal([1L], book.Take(10).Select(job => job.Id));

        await End(store, Ended(1, JobStatus.Done));
        book.End(new JobEnd { Job = 1, Status = JobStatus.Done, CpuSeconds = 0, WaitSeconds = 0 }, 0);
        await keyed.Submit("key", RequestOf(stored));
        Assert.Empty(book.Take(10));

        async Task<SubmitOutcome> Submit(ImmutableArray<JobRequest> asked)
        {
            await store.AddJobs([stored]);
            throw new StorageUnavailableException("The connection broke in the middle of the commit.");
        }
    }

    [DatabaseFact]
    public async Task A_dead_letter_is_queued_again_once_and_no_longer_counted()
    {
        JobStore store = await OpenStore();
        await store.AddJobs([Job(1), Job(2)]);
        await End(store, Ended(1, JobStatus.Failed) with { Dead = true });
        await End(store, Ended(2, JobStatus.Failed));
        Assert.Equal([1], (await store.PageDead(null, null, 10)).Select(job => job.Id));
        bool[] requeued = await Task.WhenAll(store.RequeueJob(1), store.RequeueJob(1), store.RequeueJob(2));
        Assert.Equal([true, false, false], requeued);
        Assert.Empty(await store.PageDead(null, null, 10));
        JobRow job = (await store.FindJob(1))!;
        Assert.Equal((JobStatus.Queued, 0, false, null), (job.Status, job.Attempts, job.Dead, job.Error));
        Assert.Equal(1, (await store.FindCaller(One))!.Failed);
        Assert.True(await End(store, Ended(1, JobStatus.Done)));
        Assert.Equal((1L, 1L), ((await store.FindCaller(One))!.Done, (await store.FindCaller(One))!.Failed));
    }

    [DatabaseFact]
    public async Task What_a_dead_letter_took_is_not_counted_again_when_it_is_cancelled_before_its_next_attempt()
    {
        JobStore store = await OpenStore();
        await store.AddJobs([Job(1)]);
        await End(store, Ended(1, JobStatus.Failed) with { Dead = true });
        await store.RequeueJob(1);
        JobRow waiting = (await store.FindJob(1))!;
        Assert.True(await End(store, waiting with { Status = JobStatus.Cancelled }));
        Assert.Equal(new CallerRow(1, One, Cancelled: 1, CpuSeconds: 0.5), await store.FindCaller(One));
    }

    [DatabaseFact]
    public async Task A_checkpoint_is_replaced_by_the_next_and_dropped_at_the_end()
    {
        JobStore store = await OpenStore();
        await store.AddJobs([Job(1)]);
        await store.SaveCheckpoint(new JobCheckpoint(1, 0, 1, [1]));
        await store.SaveCheckpoint(new JobCheckpoint(1, 0, 2, [2, 2]));
        JobCheckpoint found = (await store.FindCheckpoint(1))!;
        Assert.Equal((2.0, 2), (found.CpuSeconds, found.Data.Length));
        await store.EndJob(new JobEnding(Ended(1, JobStatus.Done), default, Checkpointed: true));
        Assert.Null(await store.FindCheckpoint(1));
    }

    [DatabaseFact]
    public async Task A_job_that_another_has_taken_up_is_out_of_reach_of_who_had_it()
    {
        JobStore store = await OpenStore();
        await store.AddJobs([Job(1)]);
        JobRow frozen = (await store.TakeJob(Job(1) with { Attempts = 1 }))!;
        JobRow owner = (await store.TakeJob(frozen with { Attempts = 2 }))!;
        await store.SaveCheckpoint(new JobCheckpoint(1, owner.Epoch, 2, [2, 2]));

        Assert.Null(await store.TakeJob(frozen));
        Assert.False(await store.StartJob(frozen with { Attempts = 0 }));
        await store.SaveCheckpoint(new JobCheckpoint(1, frozen.Epoch, 1, [1]));
        Assert.False(await End(store, Ended(1, JobStatus.Failed) with { Epoch = frozen.Epoch }));

        Assert.Equal((JobStatus.Running, 2), ((await store.FindJob(1))!.Status, (await store.FindJob(1))!.Attempts));
        Assert.Equal((owner.Epoch, 2.0), ((await store.FindCheckpoint(1))!.Epoch, (await store.FindCheckpoint(1))!.CpuSeconds));
        Assert.True(await End(store, Ended(1, JobStatus.Done) with { Epoch = owner.Epoch }));
    }

    [DatabaseFact]
    public async Task A_cancelled_job_ends_whoever_has_it()
    {
        JobStore store = await OpenStore();
        await store.AddJobs([Job(1)]);
        JobRow owner = (await store.TakeJob(Job(1)))!;
        Assert.True(await store.EndJob(new JobEnding(Ended(1, JobStatus.Cancelled), default, true) { AnyEpoch = true }));
        Assert.False(await End(store, Ended(1, JobStatus.Done) with { Epoch = owner.Epoch }));
    }

    [DatabaseFact]
    public async Task Digits_are_read_in_pieces()
    {
        JobStore store = await OpenStore();
        await store.AddJobs([Job(1)]);
        byte[] digits = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 3_000)));
        await store.EndJob(new JobEnding(Ended(1, JobStatus.Done), digits, false));
        Assert.Equal(digits[..100], await store.ReadValue(1, 0, 100));
        Assert.Equal(digits[5_000..6_000], await store.ReadValue(1, 5_000, 1_000));
        Assert.Empty((await store.ReadValue(1, digits.Length, 10))!);
        Assert.Null(await store.ReadValue(2, 0, 10));
    }

    [DatabaseFact]
    public async Task Pages_of_jobs_are_newest_first_and_miss_nothing()
    {
        JobStore store = await OpenStore();
        await store.AddJobs([.. Enumerable.Range(1, 25).Select(id => Job(id))]);
        await End(store, Ended(5, JobStatus.Done));
        var seen = new List<long>();
        long? after = null;
        while (await store.PageJobs(1, null, after, 10) is { Count: > 0 } page)
        {
            seen.AddRange(page.Select(job => job.Id));
            after = seen[^1];
        }

        Assert.Equal(Enumerable.Range(1, 25).Reverse().Select(id => (long)id), seen);
        Assert.Equal([5], (await store.PageJobs(1, JobStatus.Done, null, 10)).Select(job => job.Id));
        Assert.Empty(await store.PageJobs(2, null, null, 10));
    }

    [DatabaseFact]
    public async Task A_backlog_is_read_by_priority_in_the_order_of_ids_without_what_has_ended()
    {
        JobStore store = await OpenStore();
        await store.AddJobs([.. Enumerable.Range(1, 20).Select(id => Job(id) with { Priority = id % 2 })]);
        await End(store, Ended(5, JobStatus.Cancelled));
        await store.StartJob(Job(9) with { Attempts = 1 });
        var page = new BacklogPage(priority: 1, after: 3, spilled: 0, settled: true);
        List<QueuedJob> jobs = await store.PageBacklog(1, page, recoveredUpTo: 7, limit: 4);
        Assert.Equal([7, 9, 11, 13], jobs.Select(job => job.Id));
        Assert.Equal([true, true, false, false], jobs.Select(job => job.Recovered));
        Assert.Equal(new[] { (0, 10L), (1, 9L) }, (await store.CountOpen(1)).Select(open => (open.Priority, open.Count)).Order());
        Assert.Equal(3, await store.CountBetween(1, 1, 3, 12));
        Assert.Equal(20, await store.LastJob(1));
        Assert.Equal(0, await store.LastJob(2));
        Assert.Equal(One, Assert.Single(await store.PageCallersWithOpenJobs(0, 10)).Key);
    }

    [DatabaseFact]
    public async Task Callers_are_paged_by_name_and_stored_once()
    {
        JobStore store = await OpenStore();
        await store.AddCaller(new CallerRow(99, One));
        for (int i = 2; i <= 12; i++)
        {
            await store.AddCaller(new CallerRow(i, new CallerKey(i % 2 == 0 ? "even" : "", $"caller {i:00}")));
        }

        Assert.Equal(1, (await store.FindCaller(One))!.Id);
        List<CallerKey> first = await store.PageCallers("even", new CallerKey("", ""), 4);
        Assert.Equal(["caller 02", "caller 04", "caller 06", "caller 08"], first.Select(key => key.Name));
        Assert.Equal(["caller 10", "caller 12"], (await store.PageCallers("even", first[^1], 4)).Select(key => key.Name));
        Assert.Equal(12, (await store.PageCallers(null, new CallerKey("", ""), 100)).Count);
    }

    [DatabaseFact]
    public async Task Every_start_of_a_process_gets_a_number_of_its_own()
    {
        JobStore store = await OpenStore();
        long[] starts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.CountStart()));
        Assert.Equal(20, starts.Distinct().Count());
    }

    private static Task<bool> End(JobStore store, JobRow job) => store.EndJob(new JobEnding(job, default, false));

    private static JobRequest RequestOf(JobRow job) => new()
    {
        Operation = job.Operation, Number = job.Number, Priority = job.Priority, IdempotencyKey = job.IdempotencyKey,
    };

    private async Task<JobStore> OpenStore()
    {
        _database = Make();
        var store = new JobStore(_database, new ComputeTelemetry(Meters, Time));
        await _database.Start();
        await store.AddCaller(new CallerRow(1, One));
        return store;
    }
}
