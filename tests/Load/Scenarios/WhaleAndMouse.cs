using System.Diagnostics;
using System.Text.Json;
using Turnstile.Harness;

namespace Turnstile.Load.Scenarios;

/// <summary>
/// A mouse asks for one job at a time, first alone and then beside a whale that has thousands waiting.
/// </summary>
internal static class WhaleAndMouse
{
    private const int DefaultWhaleJobs = 10_000;
    private const int DefaultFirstComeJobs = 1_000;
    private const int MouseJobs = 200;
    private const int MouseFirstComeJobs = 5;

    // Products of two such primes take 20 to 40 ms.
    private const int PrimeDigits = 22;

    public static async Task<Report> Run(LoadOptions options, bool firstComeFirstServed)
    {
        int whaleJobs = options.Jobs > 0 ? options.Jobs : firstComeFirstServed ? DefaultFirstComeJobs : DefaultWhaleJobs;
        var numbers = new Semiprimes(PrimeDigits, whaleJobs + (3 * MouseJobs), seed: 3);
        await using var service = new ServiceProcess(
            $"--Compute:Workers={options.Workers}",
            $"--Compute:FirstComeFirstServed={firstComeFirstServed}",
            "--Logging:LogLevel:Default=Warning");
        await service.Start();
        var client = new ComputeClient(service.Http);
        var report = new Report(
            firstComeFirstServed ? "fifo" : "whale", $"a whale with {whaleJobs:N0} jobs of {2 * PrimeDigits} digits, a mouse with one at a time");
        await Ask(client, numbers.Next(20), "warm-up");

        Percentiles alone = await Ask(client, numbers.Next(MouseJobs), "mouse alone");
        report.Add("mouse alone", alone);
        foreach (Question[] batch in numbers.Next(whaleJobs).Chunk(ComputeClient.BatchMax))
        {
            await client.SubmitBatch("whale", batch);
        }

        Question[] questions = numbers.Next(firstComeFirstServed ? MouseFirstComeJobs : MouseJobs);
        Percentiles beside = await Ask(client, questions, "mouse beside the whale");
        report.Add("mouse beside the whale", beside);
        if (!firstComeFirstServed)
        {
            JsonElement whale = await client.Caller("whale");
            report.Add("whale's jobs left", whale.GetProperty("queued").GetInt64(), "jobs", atLeast: 1);
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
}
