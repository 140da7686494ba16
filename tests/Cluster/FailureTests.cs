using System.Diagnostics;
using System.Net;
using Turnstile.Harness;

namespace Turnstile.Cluster.Tests;

/// <summary>Parts of the cluster fail under load; afterwards every acknowledged job has its one right answer.</summary>
public sealed class FailureTests(RunningCluster cluster) : ClusterTest(cluster)
{
    private const int Callers = 4;
    private const int JobsBetween = 40;

    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(20);

    [ClusterFact]
    public async Task Silos_are_killed_one_after_another()
    {
        JobLoad load = await Begin("killed");
        foreach (ServiceProcess silo in Cluster.Silos)
        {
            await silo.Kill();
            await load.Progress(JobsBetween);
            await silo.Start();
            await load.Progress(JobsBetween);
        }

        await load.Verify(Cluster.Postgres);
    }

    [ClusterFact]
    public async Task A_silo_that_was_frozen_and_given_up_comes_back_and_changes_nothing()
    {
        JobLoad load = await Begin("frozen");
        ServiceProcess silo = Cluster.Silos[1];
        await silo.Freeze();
        try
        {
            // Its grains are elsewhere by now, and the jobs that its workers held have been granted to others.
            await load.Progress(JobsBetween * 2);
        }
        finally
        {
            await silo.Thaw();
        }

        // It finds that it was put out of the cluster, and ends.
        await silo.Ended();
        await silo.Start();
        await load.Progress(JobsBetween);
        await load.Verify(Cluster.Postgres);
    }

    [ClusterFact]
    public async Task Silos_are_drained_and_started_again_one_after_another()
    {
        JobLoad load = await Begin("rolling");
        foreach (ServiceProcess silo in Cluster.Silos)
        {
            Assert.Equal(0, await silo.Stop());
            await load.Progress(JobsBetween / 2);
            await silo.Start();
            await load.Progress(JobsBetween / 2);
        }

        await load.Verify(Cluster.Postgres);
    }

    [ClusterFact]
    public async Task Redis_is_started_again()
    {
        JobLoad load = await Begin("redis");
        await Cluster.Redis.Stop();
        await load.Progress(JobsBetween);
        await Cluster.Redis.Start();
        await load.Progress(JobsBetween);

        // The list of silos is as good as before: one that is killed is found dead.
        await Cluster.Silos[2].Kill();
        await load.Progress(JobsBetween);
        await Cluster.Silos[2].Start();
        await load.Verify(Cluster.Postgres);
    }

    [ClusterFact]
    public async Task PostgreSQL_is_away_for_a_while()
    {
        JobLoad load = await Begin("database");
        await Cluster.Postgres.Stop();
        long since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < Outage)
        {
            // Refused, and told when to come back; never accepted.
            Assert.Null(await Client.TryAsk(
                () => new HttpRequestMessage(HttpMethod.Get, "/health/ready"), HttpStatusCode.OK));
        }

        await Cluster.Postgres.Start();
        await load.Progress(JobsBetween);
        await load.Verify(Cluster.Postgres);
    }

    private async Task<JobLoad> Begin(string name)
    {
        var load = new JobLoad(Client, name, Callers);
        await load.Progress(JobsBetween);
        return load;
    }
}
