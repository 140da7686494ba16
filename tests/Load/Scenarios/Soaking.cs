using Turnstile.Harness;
using Turnstile.Load.Soak;

namespace Turnstile.Load.Scenarios;

/// <summary>
/// All capabilities used at once for a long time, by clients that know what has to be answered: nothing lost, nothing
/// wrong, and memory that does not grow.
/// </summary>
internal static class Soaking
{
    private const int DefaultRate = 20;
    private const int Seed = 20260104;
    private const double Megabyte = 1 << 20;

    // Memory grows until caches are full: the first third of the time is not looked at.
    private const double WarmUp = 1 / 3.0;

    // Between the middle third and the last, as a part and beyond it in MiB.
    private const double GrowthPart = 0.15;
    private const double GrowthSlack = 24;

    private static readonly TimeSpan MemoryPeriod = TimeSpan.FromSeconds(5);

    public static async Task<Report> Run(LoadOptions options)
    {
        int rate = options.Jobs > 0 ? options.Jobs : DefaultRate;
        await using var service = new ServiceProcess(
            $"--Compute:Workers={options.Workers}", "--Events:Output=none", "--Logging:LogLevel:Default=Warning");
        await service.Start();
        SoakActivity[] activities =
        [
            new ComputeSoak(service.Http, Seed),
            new WidgetSoak(service.Http, Seed),
            new EventSoak(service.Http, Seed),
            new AcceptSoak(service.Http),
            new FactorialSoak(service.Http, Seed),
        ];
        var report = new Report("soak", $"{activities.Length} capabilities, {rate} steps/s of each, {options.Seconds} s");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(options.Seconds));
        Task<List<double>> memory = Watch(service, options.Seconds, stop.Token);
        CancellationToken over = stop.Token;
        await Task.WhenAll(activities.Select(activity => Task.Run(() => activity.Run(TimeSpan.FromSeconds(1.0 / rate), over))));
        foreach (SoakActivity activity in activities)
        {
            await activity.Tell(report);
        }

        Tell(report, await memory);
        return report;
    }

    private static async Task<List<double>> Watch(ServiceProcess service, int seconds, CancellationToken stop)
    {
        var progress = new Progress("soaking", seconds);
        var samples = new List<double>();
        using var timer = new PeriodicTimer(MemoryPeriod);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                samples.Add(service.MemoryBytes / Megabyte);
                progress.Set((long)progress.Elapsed.TotalSeconds);
            }
        }
        catch (OperationCanceledException)
        {
            progress.Finish();
        }

        return samples;
    }

    private static void Tell(Report report, List<double> samples)
    {
        int warm = (int)(samples.Count * WarmUp);
        int late = warm + ((samples.Count - warm) / 2);
        double middle = Median(samples[warm..late]);
        double last = Median(samples[late..]);
        report.Add("memory in the middle", middle, "MiB");
        report.Add("memory at the end", last, "MiB", atMost: (middle * (1 + GrowthPart)) + GrowthSlack);
        report.Add("most memory", samples.DefaultIfEmpty().Max(), "MiB");
    }

    private static double Median(List<double> values) => values.Count == 0 ? 0 : values.Order().ElementAt(values.Count / 2);
}
