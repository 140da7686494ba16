using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Turnstile.Compute;
using Turnstile.Grains.Compute;

namespace Turnstile.Grains.Tests.Compute;

/// <summary>What a restart or a kill leaves, and what comes of it.</summary>
public sealed class RecoveryTests
{
    private const int Many = 3_000;

    private static readonly string[] Settings =
        ["--Compute:Workers=2", "--Compute:CheckpointSeconds=0.1", "--Compute:WindowPerCaller=256"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_restart_or_a_kill_every_job_ends_once(bool kill)
    {
        await using ComputeHost host = await ComputeHost.Started(Settings);
        string[] callers = ["one", "two", "three"];
        var ids = new List<long>();
        foreach (string caller in callers)
        {
            JobRequest[] requests =
            [
                .. Enumerable.Range(0, Many).Select(i => new JobRequest
                {
                    Number = $"{i + 1}", Priority = i % 3, Operation = i % 2 == 0 ? JobOperation.Factorize : JobOperation.NextPrime,
                }),
            ];
            ids.AddRange(await host.Submit(caller, requests));
        }

        await host.Ended(ids[0]);
        await (kill ? host.StartAfterKill() : host.Restart());
        await Task.WhenAll(ids.Select(async id => Assert.Equal(JobStatus.Done, (await host.Ended(id)).Status)));
        foreach (string caller in callers)
        {
            CallerRow? row = await host.Store.FindCaller(new CallerKey("", caller));
            Assert.Equal((Many, 0, 0), (row!.Done, row.Failed, row.Cancelled));
        }
    }

    [Fact]
    public async Task Jobs_that_an_activation_took_in_and_told_nobody_of_are_run_once_somebody_asks_for_their_caller()
    {
        await using ComputeHost host = await ComputeHost.Started(Settings);
        long left = await host.Leave("gone");
        Assert.Equal(1, (await host.Caller("gone").View()).Queued);
        Assert.Equal(JobStatus.Done, (await host.Ended(left)).Status);
    }

    [Fact]
    public async Task When_workers_have_left_callers_are_asked_for_what_their_silo_took_in_until_its_end()
    {
        await using ComputeHost host = await ComputeHost.Started(Settings);
        await host.Grains.GetGrain<ILaneGrain>(0).Report(
            new WorkerReport { Workers = "they leave", IdleThreads = 0, AheadSeconds = 0, Ends = [] });
        long before = await host.Leave("before");
        await host.Grains.GetGrain<ILaneGrain>(0).Leave("they leave");
        await EndsUnasked(host, before);
        await EndsUnasked(host, await host.Leave("after"));
    }

    [Fact]
    public async Task A_job_that_was_stored_for_a_busy_caller_without_its_knowing_is_found_and_run()
    {
        await using ComputeHost host = await ComputeHost.Started([.. Settings, "--Compute:ReviewSeconds=0.1"]);
        long busy = await host.Submit("one", Numbers.Long);
        await host.Until(busy, job => job.Status == JobStatus.Running);
        CallerRow caller = (await host.Store.FindCaller(new CallerKey("", "one")))!;
        await host.Store.AddJobs([Row(busy + 1_000, caller)]);
        await EndsUnasked(host, busy + 1_000);
        await host.Job(busy).Cancel();
    }

    [Fact]
    public async Task A_batch_that_was_stored_for_a_busy_caller_without_its_knowing_is_run_as_soon_as_its_key_comes_again()
    {
        await using ComputeHost host = await ComputeHost.Started([.. Settings, ComputeHost.Unreviewed]);
        long busy = await host.Submit("one", Numbers.Long);
        await host.Until(busy, job => job.Status == JobStatus.Running);
        CallerRow caller = (await host.Store.FindCaller(new CallerKey("", "one")))!;
        JobRequest[] batch = [new() { Number = "21", IdempotencyKey = "key" }, new() { Number = "21" }];

        // As if its commit had been answered with a failure.
        var unknown = new KeyedSubmissions(host.Store, caller.Id, Store, _ => { }, _ => Task.CompletedTask);
        await unknown.Submit("key", [.. batch]);

        ImmutableArray<long> ids = await host.Submit("one", batch);

        Assert.Equal([busy + 1_000, busy + 1_001], ids.AsEnumerable());
        await EndsUnasked(host, ids[0]);
        await EndsUnasked(host, ids[1]);
        await host.Job(busy).Cancel();

        async Task<SubmitOutcome> Store(ImmutableArray<JobRequest> asked)
        {
            await host.Store.AddJobs([.. asked.Select(
                (request, i) => Row(busy + 1_000 + i, caller) with { IdempotencyKey = request.IdempotencyKey })]);
            return new SubmitOutcome.Accepted { Ids = [busy + 1_000, busy + 1_001] };
        }
    }

    [Fact]
    public async Task A_job_that_its_caller_believes_to_be_at_the_lane_and_is_not_is_run()
    {
        await using ComputeHost host = await ComputeHost.Started([.. Settings, "--Compute:ReviewSeconds=0.1"]);
        await host.Caller("one").Configure(new CallerSettings { RunningMax = 1 });
        long first = await host.Submit("one", Numbers.Long);
        await host.Until(first, job => job.Status == JobStatus.Running);
        long second = await host.Submit("one", "15");
        await Until(host, one => one.Reason == WaitReason.RunningMax);
        await host.Grains.GetGrain<ILaneGrain>(0).Withdraw(new CallerKey("", "one"), second);
        await host.Job(first).Cancel();
        await EndsUnasked(host, second);
    }

    [Fact]
    public async Task A_job_that_had_ended_when_it_was_granted_is_not_computed()
    {
        await using ComputeHost host = await ComputeHost.Started(Settings);
        ILaneGrain lane = host.Grains.GetGrain<ILaneGrain>(0);
        await host.Caller("one").Configure(new CallerSettings { RunningMax = 1 });
        long first = await host.Submit("one", Numbers.Long);
        await host.Until(first, job => job.Status == JobStatus.Running);
        long second = await host.Submit("one", Numbers.Unsplittable);
        await host.Job(second).Cancel();
        JobRow cancelled = (await host.Store.FindJob(second))!;
        long ended = (await lane.Overview(1)).Ended;

        // As if the call that withdrew it had been lost.
        await lane.Offer(new CallerOffer
        {
            Caller = cancelled.Caller, Weight = 1, RunningMax = 1, Jobs = [cancelled.ToQueued(recovered: false)], More = false,
        });
        await host.Job(first).Cancel();
        using var late = new CancellationTokenSource(ComputeHost.Patience, TimeProvider.System);
        while ((await lane.Overview(1)).Ended < ended + 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, late.Token);
        }

        Assert.Equal(cancelled, await host.Store.FindJob(second));
    }

    [Fact]
    public async Task A_stop_costs_a_long_job_neither_its_work_nor_an_attempt()
    {
        await using ComputeHost host = await ComputeHost.Started(Settings);
        long id = await host.Submit("one", Numbers.Long);
        JobView before = await host.Until(id, job => job.CpuSeconds > 0.5);
        for (int i = 0; i < 4; i++)
        {
            await host.Restart();
            JobView after = await host.Until(id, job => job.Status == JobStatus.Running && job.CpuSeconds >= before.CpuSeconds);
            Assert.Equal(1, after.Attempts);
            before = await host.Until(id, job => job.CpuSeconds > after.CpuSeconds);
        }

        await host.Job(id).Cancel();
        Assert.Equal(JobStatus.Cancelled, (await host.Ended(id)).Status);
        Assert.Null(await host.Store.FindCheckpoint(id));
    }

    [Fact]
    public async Task A_killed_job_goes_on_from_its_last_checkpoint_in_a_new_attempt()
    {
        await using ComputeHost host = await ComputeHost.Started(Settings);
        long id = await host.Submit("one", Numbers.Long);
        await host.Until(id, job => job.CpuSeconds > 0.5);
        await host.StartAfterKill();
        JobView after = await host.Until(id, job => job.Status == JobStatus.Running && job.Attempts == 2);
        Assert.InRange(after.CpuSeconds, 0.1, 600);
        JobFailure death = Assert.Single((await host.Job(id).View())!.Failures);
        Assert.Equal((1, "The process ended during the attempt."), (death.Attempt, death.Reason));
        await host.Job(id).Cancel();
    }

    [Fact]
    public async Task A_slice_that_a_stopping_silo_has_not_run_is_not_asked_for_again_at_once()
    {
        await using ComputeHost host = await ComputeHost.Started([.. Settings, ComputeHost.Unreviewed]);
        long id = await host.Leave("gone");
        JobRow row = (await host.Store.FindJob(id))!;
        host.Threads.Stop();
        SliceEnd end = await host.Job(id).RunSlice(
            new SliceGrant { Caller = row.Caller, Job = row.ToQueued(recovered: true), ExpectedCpuSeconds = 0.05 });
        Assert.Equal(SliceOutcome.WorkerFailed, end.Outcome);
    }

    [Fact]
    public async Task An_end_that_comes_before_its_job_was_read_by_its_caller_is_counted()
    {
        await using ComputeHost host = await ComputeHost.Started([.. Settings, ComputeHost.Unreviewed]);
        host.Threads.Stop();
        long id = await host.Leave("gone");
        JobRow row = (await host.Store.FindJob(id))!;

        // More urgent than the job, and more than the lane is handed: it is not read before some of these have ended.
        await host.Store.AddJobs([.. Enumerable.Range(1, 1_000).Select(i => row with { Id = id + i, Priority = 1 })]);
        ICallerGrain caller = host.Caller("gone");
        Assert.Equal(0, (await caller.View()).Done);
        await host.Store.EndJob(new JobEnding(row with { Status = JobStatus.Done }, default, false));
        await caller.Ended([new JobEnd { Job = id, Status = JobStatus.Done, CpuSeconds = 0, WaitSeconds = 0 }]);
        Assert.Equal(1, (await caller.View()).Done);
    }

    [Fact]
    public async Task A_kernel_that_cannot_be_written_down_is_kept_however_long_its_job_waits_for_its_turn()
    {
        await using ComputeHost host = await ComputeHost.Started(SoonIdle, ComputeHost.Unreviewed, "--Compute:SliceMilliseconds=1");
        long id = await host.Leave("gone", JobOperation.Factorial, "300000");
        JobRow row = (await host.Store.FindJob(id))!;
        var grant = new SliceGrant { Caller = row.Caller, Job = row.ToQueued(recovered: true), ExpectedCpuSeconds = 0.001 };
        Assert.Equal(SliceOutcome.Unfinished, (await host.Job(id).RunSlice(grant)).Outcome);
        double spent = (await host.Job(id).View())!.CpuSeconds;
        await IdleGrainsHaveGone(host);
        Assert.Equal(spent, (await host.Job(id).View())!.CpuSeconds);
        await host.Job(id).Cancel();
    }

    [Fact]
    public async Task An_end_that_could_not_be_stored_is_kept_however_long_the_next_turn_is_in_coming()
    {
        await using ComputeHost host = await ComputeHost.Started(SoonIdle, ComputeHost.Unreviewed, "--Compute:SliceMilliseconds=1000");
        long id = await host.Leave("gone", JobOperation.Factorial, "300000");
        JobRow row = (await host.Store.FindJob(id))!;
        var grant = new SliceGrant { Caller = row.Caller, Job = row.ToQueued(recovered: true), ExpectedCpuSeconds = 0.05 };
        await host.Home.TakeAway(host.Database);
        while ((await host.Job(id).RunSlice(grant)).Outcome == SliceOutcome.Unfinished)
        {
        }

        DateTimeOffset computed = TimeProvider.System.GetUtcNow();
        await IdleGrainsHaveGone(host);
        await host.Home.BringBack(host.Database);
        Assert.Equal(SliceOutcome.Ended, (await host.Job(id).RunSlice(grant)).Outcome);
        Assert.InRange((await host.Job(id).View())!.FinishedAt!.Value, DateTimeOffset.MinValue, computed);
    }

    [Fact]
    public async Task A_job_that_throws_is_given_up_after_as_many_attempts_however_long_its_turns_are_in_coming()
    {
        await using ComputeHost host = await ComputeHost.Started(SoonIdle, ComputeHost.Unreviewed);

        // Too large for the kernel; the gateway would not let it pass.
        long id = await host.Leave("gone", JobOperation.Factorial, "99999999999999");
        JobRow row = (await host.Store.FindJob(id))!;
        var grant = new SliceGrant { Caller = row.Caller, Job = row.ToQueued(recovered: true), ExpectedCpuSeconds = 0.05 };
        for (int attempt = 1; attempt < 3; attempt++)
        {
            Assert.Equal(SliceOutcome.WorkerFailed, (await host.Job(id).RunSlice(grant)).Outcome);
            await IdleGrainsHaveGone(host, $"{attempt}");
        }

        Assert.Equal(SliceOutcome.Ended, (await host.Job(id).RunSlice(grant)).Outcome);
        Assert.Equal((JobStatus.Failed, 3), ((await host.Job(id).View())!.Status, (await host.Job(id).View())!.Attempts));
    }

    [Fact]
    public async Task Jobs_whose_kernels_are_dropped_for_others_lose_nothing()
    {
        await using ComputeHost host = await ComputeHost.Started([.. Settings, "--Compute:Workers=1", "--Compute:WarmKernelsMax=1"]);
        string[] numbers = [Numbers.Seconds, Numbers.SecondsToo, Numbers.SecondsThree];
        long[] ids = await Task.WhenAll(numbers.Select(number => host.Submit($"caller of {number}", number)));
        foreach (long id in ids)
        {
            JobView job = await host.Ended(id);
            Assert.Equal((JobStatus.Done, 1), (job.Status, job.Attempts));
            Assert.Equal(2, Assert.IsType<FactorizeResult>(job.Result).Factors.Length);
        }

        var first = Assert.IsType<FactorizeResult>((await host.Ended(ids[0])).Result);
        Assert.Equal([Numbers.SecondsLeft, Numbers.SecondsRight], first.Factors.Select(factor => factor.Prime));
    }

    [Fact]
    public async Task Jobs_whose_kernels_cannot_be_written_down_end_however_many_take_turns()
    {
        await using ComputeHost host = await ComputeHost.Started(
            "--Compute:Workers=1", "--Compute:WarmKernelsMax=1", "--Compute:SliceMilliseconds=1");
        long[] ids = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            i => host.Submit($"caller {i}", $"{100_000 + i}", JobOperation.Factorial, timeoutSeconds: 10)));
        foreach (long id in ids)
        {
            Assert.Equal((JobStatus.Done, 1), ((await host.Ended(id)).Status, (await host.Ended(id)).Attempts));
        }
    }

    private static void SoonIdle(IServiceCollection services) => services.Configure<GrainCollectionOptions>(options =>
    {
        options.CollectionQuantum = TimeSpan.FromMilliseconds(10);
        options.ClassSpecificCollectionAge[typeof(AnswerGrain).FullName!] = TimeSpan.FromMilliseconds(50);
        options.ClassSpecificCollectionAge[typeof(JobGrain).FullName!] = TimeSpan.FromMilliseconds(50);
    });

    /// <summary>Two of that age become idle one after the other: when the second has gone, so has all that was idle before.</summary>
    private static async Task IdleGrainsHaveGone(ComputeHost host, string name = "")
    {
        for (int i = 0; i < 2; i++)
        {
            IAnswerGrain idle = host.Grains.GetGrain<IAnswerGrain>($"idle {name} {i}");
            await idle.Ask(1);
            await idle.Ask(2);
            await idle.Ended(1, answered: true);
            using var late = new CancellationTokenSource(ComputeHost.Patience, TimeProvider.System);
            while ((await idle.Ask(3)).Known)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, late.Token);
            }
        }
    }

    private static JobRow Row(long id, CallerRow caller) => new()
    {
        Id = id,
        CallerId = caller.Id,
        Caller = caller.Key,
        Operation = JobOperation.Factorize,
        Number = "21",
        Priority = 0,
        Status = JobStatus.Queued,
        SubmittedAt = TimeProvider.System.GetUtcNow(),
    };

    private static async Task Until(ComputeHost host, Func<LaneCallerView, bool> wanted)
    {
        using var late = new CancellationTokenSource(ComputeHost.Patience, TimeProvider.System);
        while (!wanted(await host.Grains.GetGrain<ILaneGrain>(0).View(new CallerKey("", "one"))))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, late.Token);
        }
    }

    /// <summary>Looks at the row, because asking the job would wake its caller.</summary>
    private static async Task EndsUnasked(ComputeHost host, long id)
    {
        using var late = new CancellationTokenSource(ComputeHost.Patience, TimeProvider.System);
        while (await host.Store.FindJob(id) is { Ended: false })
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, late.Token);
        }
    }
}
