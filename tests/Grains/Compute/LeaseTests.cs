using System.Collections.Immutable;
using Turnstile.Compute;

namespace Turnstile.Grains.Tests.Compute;

public sealed class LeaseTests
{
    [Fact]
    public async Task Slices_of_workers_that_fall_silent_are_granted_to_others()
    {
        await using ComputeHost host = await ComputeHost.Started("--Compute:Workers=1", "--Compute:LeaseSeconds=1");
        ILaneGrain lane = host.Grains.GetGrain<ILaneGrain>(0);
        Task<ImmutableArray<SliceGrant>> pull = lane.Pull(Report("silent"));
        long[] jobs = [await host.Submit("one", Numbers.Seconds), await host.Submit("two", Numbers.SecondsToo)];
        SliceGrant lent = Assert.Single(await pull);
        Assert.Contains(lent.Job.Id, jobs);

        // Nothing more is heard of them; the workers of this silo do both.
        foreach (long job in jobs)
        {
            Assert.Equal(JobStatus.Done, (await host.Ended(job)).Status);
        }
    }

    [Fact]
    public async Task What_workers_report_of_slices_that_are_not_theirs_is_not_listened_to()
    {
        await using ComputeHost host = await ComputeHost.Started("--Compute:Workers=1");
        long job = await host.Submit("one", Numbers.Seconds);
        await host.Until(job, view => view.Status != JobStatus.Queued);
        await host.Grains.GetGrain<ILaneGrain>(0).Report(Report("late") with
        {
            IdleThreads = 0,
            Ends = [new SliceEnd { Caller = new CallerKey("", "one"), Job = job, Outcome = SliceOutcome.Ended, CpuSeconds = 1_000 }],
        });

        Assert.Equal(JobStatus.Done, (await host.Ended(job)).Status);
        LaneCallerView caller = await host.Grains.GetGrain<ILaneGrain>(0).View(new CallerKey("", "one"));
        Assert.True(caller.ChargedCpuSeconds < 1_000, $"Charged {caller.ChargedCpuSeconds} s.");
    }

    private static WorkerReport Report(string workers) => new() { Workers = workers, IdleThreads = 1, AheadSeconds = 0, Ends = [] };
}
