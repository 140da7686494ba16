using Turnstile.Compute;
using Turnstile.Grains.Compute;

namespace Turnstile.Grains.Tests.Compute;

/// <summary>What becomes of the checkpoints of jobs that change hands, or end without a slice.</summary>
public sealed class CheckpointTests
{
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
