using System.Globalization;
using System.Numerics;
using Turnstile.Harness;
using Turnstile.Numerics;

namespace Turnstile.Load.Scenarios;

/// <summary>
/// What the service costs a caller that is alone: its jobs beside the bare kernels on as many threads.
/// </summary>
internal static class LoneCaller
{
    private const int DefaultJobs = 1_000;

    // Until the compiler is done with what they use: some ten seconds of work.
    private const int WarmUpJobs = 1_000;
    private const int PrimeDigits = 22;
    private const double PartMin = 0.97;

    public static async Task<Report> Run(LoadOptions options)
    {
        int jobs = options.Jobs > 0 ? options.Jobs : DefaultJobs;
        var numbers = new Semiprimes(PrimeDigits, jobs + WarmUpJobs, seed: 4);
        Question[] warmUp = numbers.Next(WarmUpJobs);
        Question[] questions = numbers.Next(jobs);
        var report = new Report("lone", $"{jobs:N0} jobs of {2 * PrimeDigits} digits, {options.Workers} threads");
        Bare(warmUp, options.Workers, "warm-up");
        double bare = Bare(questions, options.Workers, "bare kernels");
        await using var service = new ServiceProcess($"--Compute:Workers={options.Workers}", "--Logging:LogLevel:Default=Warning");
        await service.Start();
        var client = new ComputeClient(service.Http);
        await client.SubmitBatch("warm-up", warmUp);
        await Completion.Wait(client, ["warm-up"], WarmUpJobs);
        await client.SubmitBatch("lone", questions);
        double served = await Completion.Wait(client, ["lone"], jobs);
        double again = Bare(questions, options.Workers, "bare kernels again");
        report.Add("bare kernels", bare, "jobs/s");
        report.Add("the service", served, "jobs/s");
        report.Add("bare kernels again", again, "jobs/s");
        report.Add("part of the kernels' pace", served / ((bare + again) / 2), "", atLeast: PartMin);
        return report;
    }

    private static double Bare(Question[] questions, int threads, string phase)
    {
        var progress = new Progress(phase, questions.Length);
        Parallel.ForEach(questions, new ParallelOptions { MaxDegreeOfParallelism = threads }, question =>
        {
            using IKernel<Factorization> kernel = Kernels.Factorize(BigInteger.Parse(question.Number, CultureInfo.InvariantCulture));
            kernel.Step(SliceBudget.Unlimited);
            progress.Add(1);
        });
        progress.Finish();
        return progress.PerSecond;
    }
}
