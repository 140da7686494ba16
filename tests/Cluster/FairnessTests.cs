using System.Text.Json;
using Turnstile.Load;

namespace Turnstile.Cluster.Tests;

/// <summary>One lane gives out the workers of all silos: what is fair in one process is fair over several.</summary>
public sealed class FairnessTests(RunningCluster cluster) : ClusterTest(cluster)
{
    private const int Flood = 3_000;
    private const int Few = 5;

    // Of charged CPU time, one to the other. With equal weights it is 1, give or take the slices that are under way.
    private const double ShareRatioMax = 1.5;

    [ClusterFact]
    public async Task A_newcomers_jobs_come_back_while_a_flood_waits()
    {
        var numbers = new Semiprimes(digits: 17, numbers: Flood + Few, seed: 9);
        await SubmitAll("whale", numbers.Next(Flood).Select(question => question.Number));

        for (int i = 0; i < Few; i++)
        {
            string id = await Submit("mouse", numbers.Next().Number);
            JsonElement job = await Client.Get($"/compute/{id}?wait=60");
            Assert.Equal("done", job.GetProperty("status").GetString());
        }

        long left = (await Caller("whale")).GetProperty("queued").GetInt64();
        Assert.True(left > Flood / 2, $"The newcomer's {Few} jobs were done when the flood of {Flood} had {left} left.");
    }

    [ClusterFact]
    public async Task Callers_get_equal_time_whatever_their_jobs_cost()
    {
        // A job of one costs some twenty times as much as one of the other.
        const int Dear = 600;
        await SubmitAll("dear", new Semiprimes(digits: 20, Dear, seed: 10).Next(Dear).Select(question => question.Number));
        await SubmitAll("cheap", new Semiprimes(digits: 13, Flood, seed: 11).Next(Flood).Select(question => question.Number));

        await Until("the cheap jobs to be half done", async () => (await Caller("cheap")).GetProperty("done").GetInt64() > Flood / 2);
        double cheap = (await Caller("cheap")).GetProperty("charged_cpu_seconds").GetDouble();
        JsonElement other = await Caller("dear");
        double ratio = other.GetProperty("charged_cpu_seconds").GetDouble() / cheap;
        Assert.True(other.GetProperty("queued").GetInt64() > 0, "The dear jobs were all begun: too few of them to compare.");
        Assert.InRange(ratio, 1 / ShareRatioMax, ShareRatioMax);
    }

    private Task<JsonElement> Caller(string name) => Client.Get($"/callers/{name}");
}
