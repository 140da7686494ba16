using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Turnstile.Harness;

namespace Turnstile.Benchmarks.Accept;

/// <summary>
/// Ids that are new, each on disk before its answer, beside the same server answering a constant: by turns, from one wrk and
/// with the same requests. wrk has to be on the PATH.
/// </summary>
internal static partial class AcceptHttpBenchmark
{
    private const int Rounds = 3;
    private const double WarmUpSeconds = 8;

    public static async Task<int> Run(string[] args)
    {
        double seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 4;
        await using var service = new ServiceProcess("--Logging:LogLevel:Default=Error");
        await service.Start();
        await using BareServer bare = await BareServer.Start();
        Console.WriteLine($"{Environment.ProcessorCount} cores with wrk on them, {Rounds} rounds of {seconds} s, medians");
        foreach (int connections in (int[])[64, 256])
        {
            await Load(service.Address, connections, WarmUpSeconds);
            await Load(bare.Address, connections, WarmUpSeconds);
            var ids = new List<WrkResult>();
            var constant = new List<WrkResult>();
            for (int round = 0; round < Rounds; round++)
            {
                ids.Add(await Measure(service.Address, () => service.CpuTime, connections, seconds));
                constant.Add(await Measure(bare.Address, () => bare.CpuTime, connections, seconds));
            }

            Tell($"{connections} connections, new ids", ids);
            Tell($"{connections} connections, a constant", constant);
            Console.WriteLine($"  ratio {Median(ids, run => run.PerSecond) / Median(constant, run => run.PerSecond):0.00}");
        }

        return 0;
    }

    private static async Task<WrkResult> Measure(Uri address, Func<TimeSpan> cpuTime, int connections, double seconds)
    {
        TimeSpan before = cpuTime();
        string said = await Load(address, connections, seconds);
        long requests = long.Parse(RequestsPattern().Match(said).Groups["value"].Value, CultureInfo.InvariantCulture);
        if (said.Contains("Non-2xx", StringComparison.Ordinal) || said.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"Not all was answered:\n{said}");
        return new WrkResult(
            double.Parse(RatePattern().Match(said).Groups["value"].Value, CultureInfo.InvariantCulture),
            (cpuTime() - before).TotalMicroseconds / requests,
            Percentile(said, "50%"),
            Percentile(said, "99%"));
    }

    private static async Task<string> Load(Uri address, int connections, double seconds)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Accept", "unique.lua");
        var start = new ProcessStartInfo(
            "wrk", ["-t2", $"-c{connections}", $"-d{Math.Ceiling(seconds)}s", "--latency", "-s", script, address.ToString()])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        };
        using Process wrk = Process.Start(start) ?? throw new InvalidOperationException("wrk could not be started.");
        string said = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return wrk.ExitCode == 0 ? said : throw new InvalidOperationException($"wrk ended with {wrk.ExitCode}: {said}");
    }

    private static double Percentile(string said, string name)
    {
        Match match = Regex.Match(said, $@"\s{name}\s+(?<value>[\d.]+)(?<unit>us|ms|s)", RegexOptions.None, TimeSpan.FromSeconds(1));
        double value = double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture);
        return match.Groups["unit"].Value switch { "us" => value / 1_000, "ms" => value, _ => value * 1_000 };
    }

    private static void Tell(string name, List<WrkResult> runs) => Console.WriteLine(
        $"  {name,-28} {Median(runs, run => run.PerSecond),8:N0}/s   p50 {Median(runs, run => run.P50):0.00} ms,"
        + $" p99 {Median(runs, run => run.P99):0.00} ms   {Median(runs, run => run.CpuMicros):0.0} µs of CPU each");

    private static double Median(List<WrkResult> runs, Func<WrkResult, double> value) =>
        runs.Select(value).Order().ElementAt(runs.Count / 2);

    [GeneratedRegex(@"(?<value>\d+) requests in", RegexOptions.None, 1_000)]
    private static partial Regex RequestsPattern();

    [GeneratedRegex(@"Requests/sec:\s+(?<value>[\d.]+)", RegexOptions.None, 1_000)]
    private static partial Regex RatePattern();

    /// <summary>One run of wrk; latencies in milliseconds.</summary>
    private sealed record WrkResult(double PerSecond, double CpuMicros, double P50, double P99);
}
