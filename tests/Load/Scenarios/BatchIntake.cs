using System.Diagnostics;
using System.Text.Json;
using Turnstile.Harness;

namespace Turnstile.Load.Scenarios;

/// <summary>Jobs taken in by the ten thousand.</summary>
internal static class BatchIntake
{
    private const int DefaultJobs = 100_000;
    private const int DefaultPrimeDigits = 6;

    // While one batch is synced, the next is read: more than a few gain nothing.
    private const int InFlight = 4;

    public static async Task<Report> Run(LoadOptions options)
    {
        int jobs = options.Jobs > 0 ? options.Jobs : DefaultJobs;
        int primeDigits = options.PrimeDigits > 0 ? options.PrimeDigits : DefaultPrimeDigits;
        Question[] questions = new Semiprimes(primeDigits, jobs, seed: 1).Next(jobs);
        await using var service = new ServiceProcess($"--Compute:Workers={options.Workers}", "--Logging:LogLevel:Default=Warning");
        await service.Start();
        var client = new ComputeClient(service.Http);
        await client.SubmitBatch("warm-up", questions.Take(ComputeClient.BatchMax));
        await Completion.Wait(client, ["warm-up"], Math.Min(jobs, ComputeClient.BatchMax));

        var report = new Report("batch", $"{jobs:N0} jobs of {2 * primeDigits} digits in batches of {ComputeClient.BatchMax:N0}");
        var latencies = new Percentiles();
        (byte[] Body, int Jobs)[] batches =
            [.. questions.Chunk(ComputeClient.BatchMax).Select(chunk => (ComputeClient.Batch(chunk), chunk.Length))];
        var progress = new Progress("taken in", jobs);
        long begin = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            batches,
            new ParallelOptions { MaxDegreeOfParallelism = InFlight },
            async (batch, _) =>
            {
                long start = Stopwatch.GetTimestamp();
                await client.SubmitBatch("load", batch.Body);
                latencies.Add(Stopwatch.GetElapsedTime(start));
                progress.Add(batch.Jobs);
            });
        progress.Finish();
        report.Add("taken in", progress.PerSecond, "jobs/s");
        report.Add("POST /compute/batch", latencies);
        await Completion.Wait(client, ["load"], jobs);
        report.Add("from the first batch to the last end", jobs / Stopwatch.GetElapsedTime(begin).TotalSeconds, "jobs/s");
        JsonElement caller = await client.Caller("load");
        report.Add("CPU time of a job", caller.GetProperty("cpu_seconds").GetDouble() * 1_000 / jobs, "ms");
        report.Add("wrong answers", await Completion.CountWrong(client, "load", questions), "", atMost: 0);
        return report;
    }
}
