using Turnstile.Compute;

namespace Turnstile.Grains.Tests.Compute;

public sealed class LaneOverviewTests
{
    [Fact]
    public async Task Workers_tell_what_they_have_in_hand_until_it_is_over()
    {
        await using ComputeHost host = await ComputeHost.Started("--Compute:Workers=2");
        long job = await host.Submit("one", Numbers.Unsplittable);
        ILaneGrain lane = host.Grains.GetGrain<ILaneGrain>(0);

        LaneOverview busy = await Until(lane, overview => overview.Workers.Any(workers => workers.Jobs.Contains(job)));
        Assert.Equal(2, Assert.Single(busy.Workers).Threads);
        Assert.Equal("one", Assert.Single(busy.Top).Caller.Name);

        await host.Job(job).Cancel();
        LaneOverview idle = await Until(lane, overview => overview.Workers.All(workers => workers.Jobs.IsEmpty));
        Assert.Equal(busy.Ended + 1, idle.Ended);
    }

    private static async Task<LaneOverview> Until(ILaneGrain lane, Func<LaneOverview, bool> wanted)
    {
        using var late = new CancellationTokenSource(ComputeHost.Patience, TimeProvider.System);
        while (true)
        {
            LaneOverview overview = await lane.Overview(10);
            if (wanted(overview))
            {
                return overview;
            }

            Assert.False(late.IsCancellationRequested, $"The overview never came to be as wanted; it is {overview}.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
