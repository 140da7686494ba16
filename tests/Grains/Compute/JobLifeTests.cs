using System.Globalization;
using System.Numerics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Turnstile.Compute;
using Turnstile.Grains.Compute;

namespace Turnstile.Grains.Tests.Compute;

/// <summary>The ways of a job from its caller to its end, on a real silo and a real database.</summary>
public sealed class JobLifeTests : IAsyncLifetime
{
    private ComputeHost _host = null!;

    public async Task InitializeAsync() => _host = await ComputeHost.Started(
        "--Compute:Workers=1", "--Compute:RetrySeconds=0.01", "--Compute:CheckpointSeconds=0.1", "--Compute:WindowPerCaller=256");

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_job_ends_with_its_result_and_is_counted_once()
    {
        long id = await _host.Submit("one", Numbers.Short);
        JobView job = await _host.Ended(id);
        Assert.Equal(JobStatus.Done, job.Status);
        var result = Assert.IsType<FactorizeResult>(job.Result);
        Assert.Equal(["30012345678901234619", "70000098765432109921"], result.Factors.Select(factor => factor.Prime));
        Assert.Equal(1, job.Attempts);
        Assert.InRange(job.CpuSeconds, 1e-6, 60);
        CallerRow? row = await _host.Store.FindCaller(new CallerKey("", "one"));
        Assert.Equal((1L, 0L, 0L), (row!.Done, row.Failed, row.Cancelled));
        Assert.Equal(job.CpuSeconds, row.CpuSeconds, 1e-9);
    }

    [Fact]
    public async Task Settings_that_come_together_are_all_taken()
    {
        await Task.WhenAll(
            _host.Caller("one").Configure(new CallerSettings { Weight = 3 }),
            _host.Caller("one").Configure(new CallerSettings { RunningMax = 7 }),
            _host.Caller("one").Configure(new CallerSettings { QueuedMax = 9 }));

        CallerView caller = await _host.Caller("one").View();
        Assert.Equal((3.0, 7, 9), (caller.Weight, caller.RunningMax, caller.QueuedMax));
    }

    [Fact]
    public async Task A_job_cancelled_before_it_began_never_begins()
    {
        await _host.Caller("one").Configure(new CallerSettings { RunningMax = 1 });
        long first = await _host.Submit("one", Numbers.Long);
        long second = await _host.Submit("one", "15");
        await _host.Until(first, job => job.Status == JobStatus.Running);
        Assert.Equal(CancelOutcome.Cancelling, await _host.Job(second).Cancel());
        JobView cancelled = await _host.Ended(second);
        Assert.Equal((JobStatus.Cancelled, 0), (cancelled.Status, cancelled.Attempts));
        Assert.Equal(CancelOutcome.Cancelling, await _host.Job(first).Cancel());
        Assert.Equal(JobStatus.Cancelled, (await _host.Ended(first)).Status);
        await Drained("one", cancelled: 2);
    }

    [Fact]
    public async Task A_job_cancelled_in_its_slice_is_stored_so_when_that_is_answered()
    {
        long id = await _host.Submit("one", Numbers.Long);
        await _host.Until(id, job => job.CpuSeconds > 0);
        Assert.Equal(CancelOutcome.Cancelling, await _host.Job(id).Cancel());
        Assert.Equal(JobStatus.Cancelled, (await _host.Store.FindJob(id))!.Status);
    }

    [Fact]
    public async Task A_job_cancelled_in_the_store_alone_never_begins()
    {
        await _host.Caller("one").Configure(new CallerSettings { RunningMax = 1 });
        long first = await _host.Submit("one", Numbers.Long);
        JobRequest[] many = [.. Enumerable.Range(0, 2_000).Select(i => new JobRequest { Number = $"{i + 1}" })];
        long[] ids = [.. await _host.Submit("one", many)];
        await _host.Until(first, job => job.Status == JobStatus.Running);
        JobView last = (await _host.Job(ids[^1]).View())!;
        Assert.Equal(ids.Length + 1, last.Wait!.Position);
        Assert.Equal(CancelOutcome.Cancelling, await _host.Job(ids[^1]).Cancel());
        Assert.Equal(ids.Length, (await _host.Job(ids[^2]).View())!.Wait!.Position);
        await _host.Job(first).Cancel();
        await _host.Ended(ids[^2]);
        Assert.Equal(JobStatus.Cancelled, (await _host.Ended(ids[^1])).Status);
        await Drained("one", done: 1_999, cancelled: 2);
    }

    [Fact]
    public async Task An_ended_job_and_an_unknown_one_cannot_be_cancelled()
    {
        long id = await _host.Submit("one", "15");
        await _host.Ended(id);
        Assert.Equal(CancelOutcome.AlreadyEnded, await _host.Job(id).Cancel());
        Assert.Equal(CancelOutcome.Unknown, await _host.Job(12345).Cancel());
        Assert.Null(await _host.Job(12345).View());
        Assert.Equal(RetryOutcome.Unknown, await _host.Job(12345).Retry());
        Assert.Equal(RetryOutcome.NotDead, await _host.Job(id).Retry());
    }

    [Fact]
    public async Task An_ended_job_that_somebody_looks_at_does_not_stay_in_memory_for_that()
    {
        long id = await _host.Submit("one", "15");
        await _host.Ended(id);
        await _host.Restart();
        await _host.Job(id).View();
        await _host.Script($"UPDATE jobs SET error = 'read from the row' WHERE id = {id}");
        Assert.Equal("read from the row", (await _host.Job(id).View())!.Error);
    }

    [Fact]
    public async Task Neither_an_ended_job_nor_one_that_is_not_there_stays_in_memory_for_those_who_ask_for_it()
    {
        int made = 0;
        var warm = new WarmKernels(Options.Create(new ComputeOptions()));
        await using ComputeHost host = await ComputeHost.Started(
            services => services.AddTransient(_ =>
            {
                // Every grain of a job is given it.
                Interlocked.Increment(ref made);
                return warm;
            }),
            "--Compute:Workers=1");
        long id = await host.Submit("one", "15");
        await host.Ended(id);
        await host.Job(id).View();
        int before = made;

        Assert.True((await host.Job(id).View())!.Ended);
        Assert.True((await host.Job(id).WhenEnded(TimeSpan.FromSeconds(5)))!.Ended);
        Assert.Null(await host.Job(12345).View());
        Assert.Null(await host.Job(12345).View());

        Assert.Equal(before + 4, made);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_ended_job_does_not_stay_in_memory_for_those_who_watched_it(bool forChanges)
    {
        await _host.Caller("one").Configure(new CallerSettings { RunningMax = 1 });
        long first = await _host.Submit("one", Numbers.Long);
        await _host.Until(first, job => job.Status == JobStatus.Running);
        long id = await _host.Submit("one", "15");
        JobView queued = (await _host.Job(id).View())!;
        Task<JobView?> watching = forChanges
            ? _host.Job(id).Changed(queued.Version, TimeSpan.FromSeconds(5))
            : _host.Job(id).WhenEnded(TimeSpan.FromSeconds(5));
        await _host.Job(id).Cancel();
        await watching;
        await _host.Job(first).Cancel();
        await _host.Script($"UPDATE jobs SET error = 'read from the row' WHERE id = {id}");
        Assert.Equal("read from the row", (await _host.Job(id).View())!.Error);
    }

    [Fact]
    public async Task A_job_that_uses_up_its_time_fails_with_what_was_found()
    {
        long id = await _host.Submit("one", Numbers.Unsplittable, timeoutSeconds: 0.2);
        JobView job = await _host.Ended(id);
        Assert.Equal(JobStatus.Failed, job.Status);
        Assert.Contains("0.2 seconds", job.Error, StringComparison.Ordinal);
        Assert.InRange(job.CpuSeconds, 0.2, 60);
        var found = Assert.IsType<FactorizeResult>(job.Result);
        Assert.Equal(Numbers.Unsplittable, found.Cofactor);
        Assert.Empty(found.Factors);
    }

    [Fact]
    public async Task A_job_that_uses_up_its_time_tells_the_factors_that_it_found()
    {
        string number = (BigInteger.Parse(Numbers.Unsplittable, CultureInfo.InvariantCulture) * 30).ToString(CultureInfo.InvariantCulture);
        JobView job = await _host.Ended(await _host.Submit("one", number, timeoutSeconds: 0.2));
        Assert.Equal(JobStatus.Failed, job.Status);
        var found = Assert.IsType<FactorizeResult>(job.Result);
        Assert.Equal(["2", "3", "5"], found.Factors.Select(factor => factor.Prime));
        Assert.Equal(Numbers.Unsplittable, found.Cofactor);
    }

    [Fact]
    public async Task A_job_whose_number_is_beyond_all_means_fails_with_what_was_found()
    {
        // Two Mersenne primes: far too long for the sieve, and curves do not find factors of hundreds of digits.
        BigInteger hopeless = (BigInteger.Pow(2, 1_279) - 1) * (BigInteger.Pow(2, 2_203) - 1);
        JobView job = await _host.Ended(await _host.Submit("one", (hopeless * 30).ToString(CultureInfo.InvariantCulture)));
        Assert.Equal((JobStatus.Failed, 1), (job.Status, job.Attempts));
        Assert.Contains("1049 digits", job.Error, StringComparison.Ordinal);
        var found = Assert.IsType<FactorizeResult>(job.Result);
        Assert.Equal(["2", "3", "5"], found.Factors.Select(factor => factor.Prime));
        Assert.Equal(hopeless.ToString(CultureInfo.InvariantCulture), found.Cofactor);
        Assert.Empty((await _host.Grains.GetGrain<IComputeIndexGrain>(0).DeadLetters(null, 10, null)).Items);
    }

    [Fact]
    public async Task A_job_that_throws_is_tried_again_then_a_dead_letter_and_can_be_retried()
    {
        // Too large for the kernel; the gateway would not let it pass.
        long id = await _host.Submit("one", "99999999999999", JobOperation.Factorial);
        JobView dead = await _host.Ended(id);
        Assert.Equal((JobStatus.Failed, 3), (dead.Status, dead.Attempts));
        Page<JobView> page = await _host.Grains.GetGrain<IComputeIndexGrain>(0).DeadLetters(null, 10, null);
        JobView letter = Assert.Single(page.Items);
        Assert.Equal(id, letter.Id);
        Assert.Equal([1, 2, 3], letter.Failures.Select(failed => failed.Attempt));
        Assert.All(letter.Failures, failed => Assert.NotEmpty(failed.Reason));
        await Drained("one", failed: 1);

        Assert.Equal(RetryOutcome.Queued, await _host.Job(id).Retry());
        Assert.Equal((JobStatus.Failed, 3), ((await _host.Ended(id)).Status, (await _host.Ended(id)).Attempts));
        await Drained("one", failed: 1);
    }

    [Fact]
    public async Task A_job_of_high_priority_begins_before_an_older_one_of_low_priority()
    {
        await _host.Caller("one").Configure(new CallerSettings { RunningMax = 1 });
        long first = await _host.Submit("one", Numbers.Long);
        await _host.Until(first, job => job.Status == JobStatus.Running);
        long low = await _host.Submit("one", "15", priority: 1);
        long high = await _host.Submit("one", "21", priority: 7);
        await _host.Job(first).Cancel();
        JobView lowEnded = await _host.Ended(low);
        JobView highEnded = await _host.Ended(high);
        Assert.True(highEnded.StartedAt <= lowEnded.StartedAt);
    }

    [Fact]
    public async Task A_backlog_posted_one_by_one_goes_to_the_lane_only_as_that_asks_for_it()
    {
        const int Jobs = 3 * CallerBook.HandedPlenty;
        await _host.Caller("one").Configure(new CallerSettings { RunningMax = 1 });
        long first = await _host.Submit("one", Numbers.Long);
        await _host.Until(first, job => job.Status == JobStatus.Running);
        long[] ids = await Task.WhenAll(Enumerable.Range(0, Jobs).Select(_ => _host.Submit("one", "15")));
        LaneOverview lane = await _host.Grains.GetGrain<ILaneGrain>(0).Overview(1);
        Assert.InRange(lane.Ready, 1, CallerBook.HandedPlenty + 256);
        await _host.Job(first).Cancel();
        await Task.WhenAll(ids.Select(_host.Ended));
        await Drained("one", done: Jobs, cancelled: 1);
    }

    [Fact]
    public async Task A_repeated_key_names_the_first_job_and_a_reused_one_is_refused()
    {
        var request = new JobRequest { Number = "15", IdempotencyKey = "key" };
        SubmitOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _host.Caller("one").Submit([request])));
        long id = Assert.Single(outcomes.OfType<SubmitOutcome.Accepted>()).Ids[0];
        Assert.All(outcomes.OfType<SubmitOutcome.Repeated>(), repeated => Assert.Equal(id, repeated.Id));
        Assert.Equal(19, outcomes.OfType<SubmitOutcome.Repeated>().Count());
        Assert.IsType<SubmitOutcome.KeyReused>(await _host.Caller("one").Submit([request with { Number = "16" }]));
        Assert.IsType<SubmitOutcome.Accepted>(await _host.Caller("two").Submit([request]));
    }

    [Fact]
    public async Task A_full_queue_takes_nothing_in()
    {
        await _host.Caller("one").Configure(new CallerSettings { QueuedMax = 3, RunningMax = 1 });
        long first = await _host.Submit("one", Numbers.Long);
        long second = await _host.Submit("one", "15");
        JobRequest[] two = [new JobRequest { Number = "15" }, new JobRequest { Number = "21" }];
        var full = Assert.IsType<SubmitOutcome.QueueFull>(await _host.Caller("one").Submit([.. two]));
        Assert.Equal(3, full.QueuedMax);
        Assert.InRange(full.RetryAfterSeconds, 1, 3_600);
        Assert.Equal(2, (await _host.Caller("one").Jobs(null, 10, null)).Items.Length);
        await _host.Job(first).Cancel();
        await _host.Ended(first);
        await _host.Ended(second);
        await Drained("one", done: 1, cancelled: 1);
        Assert.IsType<SubmitOutcome.Accepted>(await _host.Caller("one").Submit([.. two]));
    }

    [Fact]
    public async Task An_end_that_cannot_be_stored_is_kept_and_stored_later_and_counted_once()
    {
        long id = await _host.Submit("one", "30000", JobOperation.Factorial);
        long blocked = await _host.Submit("one", "300000", JobOperation.Factorial);
        await _host.Ended(id);
        await _host.Home.TakeAway(_host.Database);
        await _host.Log.Says("waits for the database");
        Assert.False((await _host.Job(blocked).View())!.Ended);
        await _host.Home.BringBack(_host.Database);
        JobView job = await _host.Ended(blocked);
        Assert.Equal((JobStatus.Done, 1), (job.Status, job.Attempts));
        await Drained("one", done: 2);
    }

    [Fact]
    public async Task An_end_from_before_a_retry_that_could_not_be_stored_then_does_not_end_the_job_later()
    {
        long id = await _host.Submit("one", "300000", JobOperation.Factorial);
        await _host.Home.TakeAway(_host.Database);
        await _host.Log.Says("waits for the database");

        // As if it had been stored all the same; the change is so small that it needs no new page.
        JobRow row = (await _host.Store.FindJob(id))!;
        await _host.Store.EndJob(new JobEnding(row with { Status = JobStatus.Failed, Dead = true }, default, false));
        DateTimeOffset retried = TimeProvider.System.GetUtcNow();
        Assert.Equal(RetryOutcome.Queued, await _host.Job(id).Retry());
        await _host.Home.BringBack(_host.Database);
        Assert.InRange((await _host.Ended(id)).FinishedAt!.Value, retried, DateTimeOffset.MaxValue);
    }

    [Fact]
    public async Task An_estimate_comes_with_the_pace_of_the_ends()
    {
        await _host.Caller("one").Configure(new CallerSettings { RunningMax = 1 });
        await _host.Ended(await _host.Submit("one", "15"));
        long first = await _host.Submit("one", Numbers.Long);
        long second = await _host.Submit("one", "15");
        await _host.Until(first, job => job.Status == JobStatus.Running);
        JobWait wait = (await _host.Job(second).View())!.Wait!;
        Assert.Equal(2, wait.Position);
        Assert.InRange(wait.EstimateSeconds!.Value, 1e-3, 1e6);
        await _host.Job(first).Cancel();
    }

    private async Task Drained(string caller, long done = 0, long failed = 0, long cancelled = 0)
    {
        // The caller is told of ends after their watchers are; its row is written with the end itself.
        CallerRow? row = await _host.Store.FindCaller(new CallerKey("", caller));
        Assert.Equal((done, failed, cancelled), (row!.Done, row.Failed, row.Cancelled));
        using var late = new CancellationTokenSource(ComputeHost.Patience, TimeProvider.System);
        CallerView view = await _host.Caller(caller).View();
        while (view.Queued + view.Running > 0 && !late.IsCancellationRequested)
        {
            await Task.Yield();
            view = await _host.Caller(caller).View();
        }

        Assert.Equal((0L, 0L), (view.Queued, view.Running));
        Assert.Equal((done, failed, cancelled), (view.Done, view.Failed, view.Cancelled));
    }
}
