using Turnstile.Harness;

namespace Turnstile.Load.Scenarios;

/// <summary>
/// Two accounts with more work than can be done: one asks as one caller, the other as a hundred. Names are free, so they must
/// be worth nothing.
/// </summary>
internal static class Sybil
{
    private const int Names = 100;
    private const int JobsPerSecond = 150;

    // Products of two such primes take 20 to 40 ms.
    private const int PrimeDigits = 22;
    private const double GainMax = 0.01;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    public static async Task<Report> Run(LoadOptions options)
    {
        const string OneKey = "the key of the one caller", ManyKey = "the key of the hundred";
        await using var service = new ServiceProcess(
            $"--Compute:Workers={options.Workers}",
            "--Keys:0:Account=one",
            $"--Keys:0:Key={OneKey}",
            "--Keys:1:Account=many",
            $"--Keys:1:Key={ManyKey}",
            "--Logging:LogLevel:Default=Warning");
        await service.Start();
        var one = new ComputeClient(service.Http, OneKey);
        var many = new ComputeClient(service.Http, ManyKey);
        int jobs = options.Seconds * JobsPerSecond;
        var numbers = new Semiprimes(PrimeDigits, 2 * jobs, seed: 6);
        foreach (Question[] batch in numbers.Next(jobs).Chunk(ComputeClient.BatchMax))
        {
            await one.SubmitBatch("one", batch);
        }

        for (int i = 0; i < Names; i++)
        {
            await many.SubmitBatch($"name-{i:00}", numbers.Next(jobs / Names));
        }

        double oneBefore = await Charged(one);
        double manyBefore = await Charged(many);
        var progress = new Progress("sharing", options.Seconds);
        while (progress.Elapsed.TotalSeconds < options.Seconds)
        {
            await Task.Delay(Period, TimeProvider.System);
            progress.Set((long)progress.Elapsed.TotalSeconds);
        }

        progress.Finish();
        double oneCharged = await Charged(one) - oneBefore;
        double manyCharged = await Charged(many) - manyBefore;
        var report = new Report("sybil", $"an account with one caller and one with {Names}, {options.Seconds} s");
        report.Add("CPU time of the one", oneCharged, "s");
        report.Add("CPU time of the hundred", manyCharged, "s");
        report.Add("gained by splitting", (2 * manyCharged / (oneCharged + manyCharged)) - 1, "", atMost: GainMax);
        report.Add("the one's jobs left", await Waiting(one), "jobs", atLeast: 1);
        report.Add("the hundred's jobs left", await Waiting(many), "jobs", atLeast: 1);
        return report;
    }

    private static async Task<double> Charged(ComputeClient client) =>
        (await client.Callers()).Sum(caller => caller.GetProperty("charged_cpu_seconds").GetDouble());

    private static async Task<long> Waiting(ComputeClient client) =>
        (await client.Callers()).Sum(caller => caller.GetProperty("queued").GetInt64());
}
