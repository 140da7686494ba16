using Turnstile.Harness;

namespace Turnstile.Load.Scenarios;

/// <summary>
/// What it costs to be several processes: jobs posted one by one to so many gateways of so many silos, or to one process that has a
/// silo inside, all on a PostgreSQL server that the scenario starts.
/// </summary>
internal static class ClusterIntake
{
    public static async Task<Report> Run(LoadOptions options)
    {
        await using var postgres = new PostgresProgram();
        await using var redis = new RedisProgram();
        await postgres.Create();
        await Task.WhenAll(postgres.Start(), redis.Start());
        await postgres.Ready();

        string[] alone =
        [
            $"--ConnectionStrings:Turnstile={postgres.Connection}",
            $"--Compute:Workers={options.Workers}",
            "--Logging:LogLevel:Default=Warning",
            "--Accept:Writers:0=log",
        ];
        string[] settings = options.Silos == 0 ? alone : [.. alone, $"--Cluster:Redis={redis.Connection}", "--Cluster:Address=127.0.0.1"];
        ServiceProcess[] silos = [.. Make(options.Silos, () => new ServiceProcess(settings) { Program = "Turnstile.Silo" })];
        ServiceProcess[] gateways = [.. Make(options.Silos == 0 ? 1 : options.Gateways, () => new ServiceProcess(settings))];
        ServiceProcess[] all = [.. silos, .. gateways];
        try
        {
            await Task.WhenAll(all.Select(process => process.Start()));
            TimeSpan before = CpuTime(all);
            Report report = await Intake.Measure($"cluster-{options.Silos}-{options.Gateways}", options, gateways);
            report.Add("CPU time of all processes", (CpuTime(all) - before).TotalSeconds, "s");
            return report;
        }
        finally
        {
            await Task.WhenAll(all.Select(process => process.DisposeAsync().AsTask()));
        }
    }

    private static IEnumerable<ServiceProcess> Make(int count, Func<ServiceProcess> make) => Enumerable.Range(0, count).Select(_ => make());

    private static TimeSpan CpuTime(IEnumerable<ServiceProcess> processes) =>
        processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + process.CpuTime);
}
