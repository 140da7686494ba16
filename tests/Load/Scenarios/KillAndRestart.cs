using Turnstile.Harness;

namespace Turnstile.Load.Scenarios;

/// <summary>
/// The service is killed with a part of the jobs done, and started again: every job ends once, with the right answer.
/// </summary>
internal static class KillAndRestart
{
    private const int DefaultJobs = 100_000;
    private const int PrimeDigits = 8;

    public static async Task<Report> Run(LoadOptions options)
    {
        int jobs = options.Jobs > 0 ? options.Jobs : DefaultJobs;
        Question[] questions = new Semiprimes(PrimeDigits, jobs, seed: 2).Next(jobs);
        await using var service = new ServiceProcess($"--Compute:Workers={options.Workers}", "--Logging:LogLevel:Default=Warning");
        await service.Start();
        var client = new ComputeClient(service.Http);
        var report = new Report("kill", $"{jobs:N0} jobs of {2 * PrimeDigits} digits, killed after a third of them");
        foreach (Question[] batch in questions.Chunk(ComputeClient.BatchMax))
        {
            await client.SubmitBatch("load", batch);
        }

        await Completion.Wait(client, ["load"], jobs / 3);
        report.Add("peak memory before the kill", service.PeakMemoryBytes / 1e6, "MB");
        await service.Kill();
        await service.Start();
        report.Add("done after the restart", await Completion.Done(client, ["load"]), "jobs", atLeast: jobs / 3);
        await Completion.Wait(client, ["load"], jobs);
        report.Add("peak memory after it", service.PeakMemoryBytes / 1e6, "MB");
        report.Add("ended", await Completion.Done(client, ["load"]), "jobs", atLeast: jobs, atMost: jobs);
        report.Add("wrong answers", await Completion.CountWrong(client, "load", questions), "", atMost: 0);
        return report;
    }
}
