using System.Diagnostics;
using Turnstile.Harness;

namespace Turnstile.Load.Scenarios;

/// <summary>Jobs posted one by one on many connections.</summary>
internal static class Intake
{
    private const int DefaultJobs = 10_000;
    private const int DefaultPrimeDigits = 6;
    private const int WarmUp = 2_000;

    public static async Task<Report> Run(LoadOptions options)
    {
        await using var service = new ServiceProcess($"--Compute:Workers={options.Workers}", "--Logging:LogLevel:Default=Warning");
        await service.Start();
        return await Measure("intake", options, [service]);
    }

    /// <summary>Posts the jobs to the gateways in turn, waits for all of them, and checks every answer.</summary>
    public static async Task<Report> Measure(string name, LoadOptions options, IReadOnlyList<ServiceProcess> gateways)
    {
        int jobs = options.Jobs > 0 ? options.Jobs : DefaultJobs;
        int primeDigits = options.PrimeDigits > 0 ? options.PrimeDigits : DefaultPrimeDigits;
        Question[] questions = new Semiprimes(primeDigits, jobs, seed: 1).Next(jobs);
        ComputeClient[] clients = [.. gateways.Select(gateway => new ComputeClient(gateway.Http))];
        for (int i = 0; i < WarmUp; i++)
        {
            await clients[i % clients.Length].Submit("warm-up", questions[i % jobs].Number);
        }

        var report = new Report(name, $"{jobs:N0} jobs of {2 * primeDigits} digits, {options.Connections} connections");
        var latencies = new Percentiles();
        var progress = new Progress("taken in", jobs);
        int next = -1;
        long begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(connection => Task.Run(async () =>
        {
            ComputeClient client = clients[connection % clients.Length];
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
        await Completion.Wait(clients[0], ["load"], jobs);
        report.Add("from the first job to the last end", jobs / Stopwatch.GetElapsedTime(begin).TotalSeconds, "jobs/s");
        report.Add("wrong answers", await Completion.CountWrong(clients[0], "load", questions), "", atMost: 0);
        return report;
    }
}
