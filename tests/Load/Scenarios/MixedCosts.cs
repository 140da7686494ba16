using System.Text.Json;
using Turnstile.Harness;

namespace Turnstile.Load.Scenarios;

/// <summary>
/// Twenty callers whose jobs cost from a millisecond to a second each; all of them have more than can be done.
/// </summary>
internal static class MixedCosts
{
    private const int Callers = 20;
    private const int ShortestDigits = 15;
    private const double JainMin = 0.99;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    public static async Task<Report> Run(LoadOptions options)
    {
        await using var service = new ServiceProcess($"--Compute:Workers={options.Workers}", "--Logging:LogLevel:Default=Warning");
        await service.Start();
        var client = new ComputeClient(service.Http);
        string[] callers = [.. Enumerable.Range(0, Callers).Select(i => $"caller-{i:00}")];
        for (int i = 0; i < Callers; i++)
        {
            // 30 digits take a millisecond, 56 about a second.
            int digits = ShortestDigits + (i * 14 / Callers);
            int jobs = Math.Max(100, (int)(options.Seconds * 1_500 / Math.Pow(1.7, digits - ShortestDigits)));
            foreach (Question[] batch in new Semiprimes(digits, jobs, seed: i).Next(jobs).Chunk(ComputeClient.BatchMax))
            {
                await client.SubmitBatch(callers[i], batch);
            }
        }

        double[] before = await Charged(client, callers);
        var progress = new Progress("sharing", options.Seconds);
        while (progress.Elapsed.TotalSeconds < options.Seconds)
        {
            await Task.Delay(Period, TimeProvider.System);
            progress.Set((long)progress.Elapsed.TotalSeconds);
        }

        double[] charged = [.. (await Charged(client, callers)).Zip(before, (now, then) => now - then)];
        progress.Finish();
        var report = new Report("mixed", $"{Callers} callers with jobs of 1 ms to 1 s, {options.Seconds} s");
        report.Add("least CPU time of a caller", charged.Min(), "s");
        report.Add("most CPU time of a caller", charged.Max(), "s");
        double sum = charged.Sum();
        report.Add("Jain's index", sum * sum / (Callers * charged.Sum(seconds => seconds * seconds)), "", atLeast: JainMin);
        foreach (string caller in callers)
        {
            report.Add($"{caller} still waits", (await client.Caller(caller)).GetProperty("queued").GetInt64(), "jobs", atLeast: 1);
        }

        return report;
    }

    private static async Task<double[]> Charged(ComputeClient client, string[] callers)
    {
        JsonElement[] views = await Task.WhenAll(callers.Select(client.Caller));
        return [.. views.Select(view => view.GetProperty("charged_cpu_seconds").GetDouble())];
    }
}
