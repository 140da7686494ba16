using System.Diagnostics;
using Turnstile.Harness;

namespace Turnstile.Load.Scenarios;

/// <summary>Jobs posted one by one on many connections.</summary>
internal static class Intake
{
    private const int DefaultJobs = 10_000;
    private const int DefaultPrimeDigits = 6;

    public static async Task<Report> Run(LoadOptions options)
    {
        int jobs = options.Jobs > 0 ? options.Jobs : DefaultJobs;
        int primeDigits = options.PrimeDigits > 0 ? options.PrimeDigits : DefaultPrimeDigits;
        Question[] questions = new Semiprimes(primeDigits, jobs, seed: 1).Next(jobs);
        await using var service = new ServiceProcess($"--Compute:Workers={options.Workers}", "--Logging:LogLevel:Default=Warning");
        await service.Start();
        var client = new ComputeClient(service.Http);
        for (int i = 0; i < 2_000; i++)
        {
            await client.Submit("warm-up", questions[i % jobs].Number);
        }

        var report = new Report("intake", $"{jobs:N0} jobs of {2 * primeDigits} digits, {options.Connections} connections");
        var latencies = new Percentiles();
        var progress = new Progress("taken in", jobs);
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => Task.Run(async () =>
        {
            for (int i = Interlocked.Increment(ref next); i < jobs; i = Interlocked.Increment(ref next))
            {
                long start = Stopwatch.GetTimestamp();
                await client.Submit("load", questions[i].Number);
                latencies.Add(Stopwatch.GetElapsedTime(start));
                progress.Add(1);
            }
        })));
        progress.Finish();
        report.Add("taken in", progress.PerSecond, "jobs/s");
        report.Add("POST /compute", latencies);
        await Completion.Wait(client, ["load"], jobs);
        report.Add("wrong answers", await Completion.CountWrong(client, "load", questions), "", atMost: 0);
        return report;
    }
}
