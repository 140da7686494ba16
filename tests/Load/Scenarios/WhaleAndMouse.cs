using System.Diagnostics;
using System.Text.Json;
using Turnstile.Harness;

namespace Turnstile.Load.Scenarios;

/// <summary>
/// A mouse asks for one job at a time, first alone and then beside a whale that has thousands waiting.
/// </summary>
internal static class WhaleAndMouse
{
    // Products of two such primes take 20 to 40 ms.
    private const int MousePrimeDigits = 22;
    private const int MouseJobsAlone = 200;

    /// <summary>Ten thousand jobs like the mouse's.</summary>
    public static Task<Report> Many(LoadOptions options) => Run(options, new Whale("whale", 10_000, MousePrimeDigits, 200, false));

    /// <summary>A hundred jobs of half a minute each.</summary>
    public static Task<Report> Long(LoadOptions options) => Run(options, new Whale("long", 100, 39, 200, false));

    /// <summary>Jobs in the order of their arrival, for comparison; the mouse waits for all of the whale's.</summary>
    public static Task<Report> FirstComeFirstServed(LoadOptions options) =>
        Run(options, new Whale("fifo", 1_000, MousePrimeDigits, 5, true));

    private static async Task<Report> Run(LoadOptions options, Whale whale)
    {
        int whaleJobs = options.Jobs > 0 ? options.Jobs : whale.Jobs;
        var numbers = new Semiprimes(MousePrimeDigits, 1_000, seed: 3);
        var whaleNumbers = new Semiprimes(whale.PrimeDigits, whaleJobs, seed: 5);
        await using var service = new ServiceProcess(
            $"--Compute:Workers={options.Workers}",
            $"--Compute:FirstComeFirstServed={whale.FirstComeFirstServed}",
            "--Logging:LogLevel:Default=Warning");
        await service.Start();
        var client = new ComputeClient(service.Http);
        var report = new Report(
            whale.Scenario,
            $"a whale with {whaleJobs:N0} jobs of {2 * whale.PrimeDigits} digits, a mouse with one at a time of {2 * MousePrimeDigits}");
        await Ask(client, numbers.Next(20), "warm-up");

        Percentiles alone = await Ask(client, numbers.Next(MouseJobsAlone), "mouse alone");
        report.Add("mouse alone", alone);
        foreach (Question[] batch in whaleNumbers.Next(whaleJobs).Chunk(ComputeClient.BatchMax))
        {
            await client.SubmitBatch("whale", batch);
        }

        Percentiles beside = await Ask(client, numbers.Next(whale.MouseJobs), "mouse beside the whale");
        report.Add("mouse beside the whale", beside);
        if (!whale.FirstComeFirstServed)
        {
            JsonElement view = await client.Caller("whale");
            report.Add("whale's jobs left", view.GetProperty("queued").GetInt64(), "jobs", atLeast: 1);
            double bound = (2 * alone.Milliseconds(0.99)) + 60;
            report.Add("mouse's p99 beside 2 x alone + 60", beside.Milliseconds(0.99), "ms", atMost: bound);
        }

        return report;
    }

    private static async Task<Percentiles> Ask(ComputeClient client, Question[] questions, string phase)
    {
        var times = new Percentiles();
        var progress = new Progress(phase, questions.Length);
        foreach (Question question in questions)
        {
            long start = Stopwatch.GetTimestamp();
            JsonElement job = await client.Ended(await client.Submit("mouse", question.Number));
            times.Add(Stopwatch.GetElapsedTime(start));
            progress.Add(1);
            if (!ComputeClient.IsRight(job, question))
            {
                throw new InvalidOperationException($"The answer to {question.Number} is wrong: {job}");
            }
        }

        progress.Finish();
        return times;
    }

    private sealed record Whale(string Scenario, int Jobs, int PrimeDigits, int MouseJobs, bool FirstComeFirstServed);
}
