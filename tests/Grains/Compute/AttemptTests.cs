using Turnstile.Compute;
using Turnstile.Grains.Compute;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Tests.Compute;

/// <summary>What counts as an attempt, and how often a job is taken up.</summary>
public sealed class AttemptTests
{
    private static readonly string[] Settings =
        ["--Compute:Workers=2", "--Compute:CheckpointSeconds=0.1", "--Compute:WindowPerCaller=256"];

    [Fact]
    public async Task A_job_that_kills_its_worker_each_time_is_given_up()
    {
        await using ComputeHost host = await ComputeHost.Started(Settings);
        long id = await host.Submit("one", Numbers.Long);
        await host.Until(id, job => job.CpuSeconds > 0.2);
        JobRow row = (await host.Store.FindJob(id))!;
        await host.Store.StartJob(row with { Attempts = 10 });
        await host.StartAfterKill();
        JobView job = await host.Ended(id);
        Assert.Equal(JobStatus.Failed, job.Status);
        Assert.Contains("after 10 attempts: its process died each time", job.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attempt_whose_predecessor_cannot_be_written_down_as_dead_is_counted_once()
    {
        await using ComputeHost host = await ComputeHost.Started([.. Settings, ComputeHost.Unreviewed]);
        long id = await host.Leave("gone");
        JobRow row = (await host.Store.FindJob(id))!;
        await host.Store.StartJob(row with { Attempts = 1 });
        await host.Script("CREATE TRIGGER refuse BEFORE INSERT ON job_failures BEGIN SELECT RAISE(ABORT, 'refused'); END");
        var grant = new SliceGrant { Caller = row.Caller, Job = row.ToQueued(recovered: true), ExpectedCpuSeconds = 0.05 };
        JobView job;
        do
        {
            await ((Task)host.Job(id).RunSlice(grant)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            job = (await host.Job(id).View())!;
        }
        while (!job.Ended);

        Assert.Equal((JobStatus.Done, 2), (job.Status, job.Attempts));
    }

    [Fact]
    public async Task An_attempt_that_was_stored_though_it_was_answered_with_a_failure_is_counted_once()
    {
        await using ComputeHost host = await ComputeHost.Started([.. Settings, ComputeHost.Unreviewed]);
        long id = await host.Leave("gone");
        JobRow row = (await host.Store.FindJob(id))!;
        var grant = new SliceGrant { Caller = row.Caller, Job = row.ToQueued(recovered: true), ExpectedCpuSeconds = 0.05 };
        await host.Script("CREATE TRIGGER refuse BEFORE UPDATE ON jobs BEGIN SELECT RAISE(ABORT, 'refused'); END");
        await Assert.ThrowsAnyAsync<StorageException>(() => host.Job(id).RunSlice(grant));
        await host.Script("DROP TRIGGER refuse");
        Assert.NotNull(await host.Store.TakeJob(row with { Status = JobStatus.Running, Attempts = 1 }));
        while ((await host.Job(id).RunSlice(grant)).Outcome != SliceOutcome.Ended)
        {
        }

        JobView job = (await host.Job(id).View())!;
        Assert.Equal((JobStatus.Done, 1), (job.Status, job.Attempts));
        Assert.Empty((await host.Store.FindFailures(id))[id]);
    }
}
