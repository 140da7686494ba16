using System.Diagnostics;
using System.Globalization;
using System.Net;
using Turnstile.Fuzz;
using Turnstile.Harness;

namespace Turnstile.Load.Scenarios;

/// <summary>
/// Every endpoint asked wrongly, many times over: no error of the service, none of its answers outside the contract, and
/// afterwards as much memory as before.
/// </summary>
internal static class Fuzzing
{
    private const int DefaultRequests = 100_000;
    private const int Seed = 20260103;
    private const double Megabyte = 1 << 20;

    // Before this part is sent, caches and pools fill: memory is compared with what it is then.
    private const double WarmUp = 0.3;

    // What the collector leaves lying about between two looks.
    private const double GrowthMax = 96;

    public static async Task<Report> Run(LoadOptions options)
    {
        int requests = options.Jobs > 0 ? options.Jobs : DefaultRequests;
        await using var service = new ServiceProcess(
            $"--Compute:Workers={options.Workers}", "--Compute:NumberDigitsMax=50", "--Logging:LogLevel:Default=Warning");
        await service.Start();
        Contract contract = Contract.Parse(await service.Http.GetStringAsync("/openapi/v1.json"));
        var run = new FuzzRun(new RequestMaker(contract, Seed), new IPEndPoint(IPAddress.Loopback, service.Address.Port));
        var report = new Report("fuzz", $"{requests:N0} requests over {contract.Operations.Count} operations, seed {Seed}");
        long start = Stopwatch.GetTimestamp();
        int warm = (int)(requests * WarmUp);
        int connections = Math.Min(options.Connections, 16);
        await run.Send(0, warm, connections);
        double before = service.MemoryBytes / Megabyte;
        await run.Send(warm, requests - warm, connections);
        double after = service.MemoryBytes / Megabyte;
        report.Add("requests", requests / Stopwatch.GetElapsedTime(start).TotalSeconds, "per s");
        foreach ((int status, int count) in run.Statuses.OrderBy(status => status.Key))
        {
            report.Add(status == 0 ? "closed without an answer" : status.ToString(CultureInfo.InvariantCulture), count, "answers");
        }

        report.Add("answers that must not be", run.Findings.Count, "", atMost: 0);
        report.Add("memory after the warm-up", before, "MiB");
        report.Add("growth since", after - before, "MiB", atMost: GrowthMax);
        report.Add("ready at the end", await service.Http.GetStringAsync("/health/ready") == "ok" ? 1 : 0, "", atLeast: 1);
        if (run.Findings.Count > 0)
        {
            Console.Error.WriteLine($"{string.Join('\n', run.Findings)}\n{service.Log}");
        }

        return report;
    }
}
