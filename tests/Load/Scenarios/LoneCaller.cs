using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Turnstile.Harness;
using Turnstile.Numerics;

namespace Turnstile.Load.Scenarios;

/// <summary>
/// What the service costs a caller that is alone: its jobs beside the bare kernels on as many threads, in turns, because a
/// machine's pace changes from one minute to the next. It also changes within a round: the median of all rounds counts, and how
/// much it can be trusted is said with it.
/// </summary>
internal static class LoneCaller
{
    private const int DefaultJobs = 2_400;

    // Until the compiler is done with what they use: some ten seconds of work.
    private const int WarmUpJobs = 1_000;

    // Each is first as often as the other.
    private const int DefaultRounds = 16;
    private const int DefaultPrimeDigits = 22;
    private const double PartMin = 0.97;

    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(5);

    public static async Task<Report> Run(LoadOptions options)
    {
        int rounds = options.Rounds > 0 ? options.Rounds : DefaultRounds;
        int jobs = Math.Max(1, (options.Jobs > 0 ? options.Jobs : DefaultJobs) / rounds);
        int primeDigits = options.PrimeDigits > 0 ? options.PrimeDigits : DefaultPrimeDigits;
        var numbers = new Semiprimes(primeDigits, (jobs * rounds) + WarmUpJobs, seed: 4);
        Question[] warmUp = numbers.Next(WarmUpJobs);
        var report = new Report(
            "lone", $"{jobs * rounds:N0} jobs of {2 * primeDigits} digits, {options.Workers} threads, {rounds} rounds in turn");
        await using var service = new ServiceProcess($"--Compute:Workers={options.Workers}", "--Logging:LogLevel:Default=Warning");
        await service.Start();
        var client = new ComputeClient(service.Http);
        Bare(warmUp, options.Workers);
        await Served(client, warmUp, "warm-up");
        var bare = new TimeSpan[rounds];
        var served = new TimeSpan[rounds];
        for (int round = 0; round < rounds; round++)
        {
            Question[] questions = numbers.Next(jobs);
            bool bareFirst = round % 2 == 0;
            bare[round] = bareFirst ? Bare(questions, options.Workers) : TimeSpan.Zero;
            served[round] = await Served(client, questions, $"round-{round}");
            bare[round] = bareFirst ? bare[round] : Bare(questions, options.Workers);
        }

        double[] parts = [.. bare.Zip(served, (without, with) => without / with).Order()];
        report.Add("bare kernels", jobs * rounds / bare.Sum(time => time.TotalSeconds), "jobs/s");
        report.Add("the service", jobs * rounds / served.Sum(time => time.TotalSeconds), "jobs/s");
        double all = bare.Sum(time => time.TotalSeconds) / served.Sum(time => time.TotalSeconds);
        report.Add("part of the kernels' pace, all rounds", all, "");
        report.Add("part of the kernels' pace, lowest round", parts[0], "");
        report.Add("part of the kernels' pace, highest round", parts[^1], "");
        (int low, int high) = MedianInterval(rounds);
        report.Add("median is at least (95 %)", parts[low], "");
        report.Add("median is at most (95 %)", parts[high], "");
        report.Add("part of the kernels' pace, median", (parts[(rounds - 1) / 2] + parts[rounds / 2]) / 2, "", atLeast: PartMin);
        return report;
    }

    /// <summary>
    /// Places, in ascending order, of the rounds between which the true median lies 95 times of 100, whatever the distribution: as many
    /// of <paramref name="rounds"/> are below it as heads fall in as many throws, half of them and 1.96 × √n / 2 more or less.
    /// </summary>
    private static (int Low, int High) MedianInterval(int rounds)
    {
        int low = Math.Max(0, (int)((rounds - (1.96 * Math.Sqrt(rounds))) / 2));
        return (low, rounds - 1 - low);
    }

    private static TimeSpan Bare(Question[] questions, int threads)
    {
        var progress = new Progress("bare kernels", questions.Length);
        var one = Partitioner.Create(questions, EnumerablePartitionerOptions.NoBuffering);
        Parallel.ForEach(one, new ParallelOptions { MaxDegreeOfParallelism = threads }, question =>
        {
            using IKernel<Factorization> kernel = Kernels.Factorize(BigInteger.Parse(question.Number, CultureInfo.InvariantCulture));
            kernel.Step(SliceBudget.Unlimited);
            progress.Add(1);
        });
        progress.Finish();
        return progress.Elapsed;
    }

    private static async Task<TimeSpan> Served(ComputeClient client, Question[] questions, string caller)
    {
        long began = Stopwatch.GetTimestamp();
        await client.SubmitBatch(caller, questions[..^1]);
        await client.Ended(await client.Submit(caller, questions[^1].Number));

        // The last one begins last, and another may be on its way still.
        while (await Completion.Done(client, [caller]) < questions.Length)
        {
            await Task.Delay(LookPeriod, TimeProvider.System);
        }

        return Stopwatch.GetElapsedTime(began);
    }
}
