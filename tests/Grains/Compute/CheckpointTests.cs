using Turnstile.Compute;
using Turnstile.Grains.Compute;

namespace Turnstile.Grains.Tests.Compute;

/// <summary>What becomes of the checkpoints of jobs that change hands, or end without a slice.</summary>
public sealed class CheckpointTests
{
    private static readonly CallerKey One = new("", "one");

    [Fact]
    public async Task A_slice_that_begins_while_the_kernel_is_written_down_goes_on_from_there()
    {
        await using ComputeHost host = await ComputeHost.Started("--Compute:Workers=1", "--Compute:CheckpointSeconds=3600");
        long id = await host.Submit("one", Numbers.Long);
        await host.Until(id, job => job.Progress > 0.08);
        long other = await host.Submit("two", Numbers.SecondsToo);
        await Park(host, id);
        await host.Job(other).Cancel();
        double before = (await host.Job(id).View())!.Progress;

        Task cool = host.Job(id).Cool();
        var grant = new SliceGrant
        {
            Caller = One, Job = (await host.Store.FindJob(id))!.ToQueued(recovered: false), ExpectedCpuSeconds = 0.05,
        };
        double after = 0;

        // To take its relations up again is the work of some slices; to find them anew would be that of hundreds.
        for (int i = 0; i < 30 && after < before; i++)
        {
            Assert.Equal(SliceOutcome.Unfinished, (await host.Job(id).RunSlice(grant)).Outcome);
            after = (await host.Job(id).View())!.Progress;
        }

        await cool;
        Assert.True(after >= before, $"It was at {before} and is at {after}.");
        await host.Job(id).Cancel();
    }

    [Fact]
    public async Task A_job_that_is_given_up_leaves_no_checkpoint()
    {
        await using ComputeHost host = await ComputeHost.Started("--Compute:Workers=1", "--Compute:WorkerDeathsMax=1");
        long id = await Begun(host, "gone", Numbers.Long);
        await host.Caller("gone").View();
        Assert.Contains("its process died each time", (await host.Ended(id)).Error, StringComparison.Ordinal);
        Assert.Null(await host.Store.FindCheckpoint(id));
    }

    [Fact]
    public async Task A_begun_job_that_ends_with_the_answer_of_another_leaves_no_checkpoint()
    {
        await using ComputeHost host = await ComputeHost.Started("--Compute:Workers=1");
        long source = await host.Submit("one", Numbers.Seconds);
        await host.Ended(source);
        long adopts = await Begun(host, "adopts", Numbers.Seconds);
        await host.Job(adopts).Adopt(source);
        Assert.Equal(JobStatus.Done, (await host.Ended(adopts)).Status);
        Assert.Null(await host.Store.FindCheckpoint(adopts));

        long asks = await Begun(host, "asks", Numbers.Seconds);
        await host.Caller("asks").View();
        Assert.Equal(JobStatus.Done, (await host.Ended(asks)).Status);
        Assert.Null(await host.Store.FindCheckpoint(asks));
    }

    [Fact]
    public async Task That_a_checkpoint_cannot_be_used_is_told_once()
    {
        await using ComputeHost host = await ComputeHost.Started("--Compute:Workers=1");
        long id = await Begun(host, "gone", Numbers.Long);
        await host.Caller("gone").View();
        JobView job = await host.Until(id, job => job.CpuSeconds > 0);
        await host.Until(id, view => view.CpuSeconds > job.CpuSeconds + 0.3);
        Assert.Equal(1, host.Log.Count("starts over"));
        await host.Job(id).Cancel();
    }

    /// <summary>Takes the job out of the lane between two of its slices.</summary>
    private static async Task Park(ComputeHost host, long id)
    {
        ILaneGrain lane = host.Grains.GetGrain<ILaneGrain>(0);
        using var late = new CancellationTokenSource(ComputeHost.Patience, TimeProvider.System);
        while ((await lane.Lacking([id])).IsEmpty)
        {
            await lane.Withdraw(One, id);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, late.Token);
        }
    }

    /// <summary>A job as a process leaves it that ended amid its work, with a checkpoint that no kernel takes.</summary>
    private static async Task<long> Begun(ComputeHost host, string caller, string number)
    {
        long id = await host.Submit("one", "15") + 1_000;
        var key = new CallerKey("", caller);
        await host.Store.AddCaller(new CallerRow(id, key));
        var job = new JobRow
        {
            Id = id,
            CallerId = id,
            Caller = key,
            Operation = JobOperation.Factorize,
            Number = number,
            Priority = 0,
            Status = JobStatus.Queued,
            SubmittedAt = TimeProvider.System.GetUtcNow(),
        };
        await host.Store.AddJobs([job]);
        await host.Store.StartJob(job with { Attempts = 1 });
        await host.Store.SaveCheckpoint(new JobCheckpoint(id, 0, 1, [1]));
        return id;
    }
}
