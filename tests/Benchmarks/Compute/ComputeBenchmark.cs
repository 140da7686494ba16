using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Turnstile.Compute;
using Turnstile.Silo;

namespace Turnstile.Benchmarks.Compute;

/// <summary>
/// Jobs through the whole path in one process, without HTTP: taken in, scheduled, computed, stored. What a job costs in time and
/// in memory that is allocated.
/// </summary>
internal static class ComputeBenchmark
{
    private const int BatchJobs = 10_000;
    private const int Singles = 64;

    // Products of two primes of 6 digits take some microseconds: what is measured is everything else.
    private const long FirstNumber = 100_003L * 100_019;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(5);

    public static async Task<int> Run(string[] args)
    {
        int jobs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200_000;
        string folder = Directory.CreateTempSubdirectory("turnstile-compute-").FullName;
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddCommandLine([$"--Storage:Path={Path.Combine(folder, "turnstile.db")}", .. args.Skip(1)]);
        builder.AddTurnstileSilo();
        using IHost host = builder.Build();
        await host.StartAsync();
        IGrainFactory grains = host.Services.GetRequiredService<IGrainFactory>();
        Console.WriteLine($"{Environment.ProcessorCount} cores, {jobs:N0} jobs a line, each synced before it is answered and when it has ended");
        await Batches(grains, "warm-up", jobs / 4);
        await Report("one by one, 64 at a time", jobs, () => OneByOne(grains, "singles", jobs), () => Ended(grains, "singles", jobs));
        await Report("in batches of 10,000", jobs, () => Batches(grains, "batches", jobs), () => Ended(grains, "batches", jobs));
        await host.StopAsync();
        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static async Task Report(string name, int jobs, Func<Task> submit, Func<Task> end)
    {
        using Process self = Process.GetCurrentProcess();
        long bytes = GC.GetTotalAllocatedBytes();
        TimeSpan cpu = self.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        await submit();
        TimeSpan taken = Stopwatch.GetElapsedTime(start);
        await end();
        TimeSpan all = Stopwatch.GetElapsedTime(start);
        self.Refresh();
        double micros = (self.TotalProcessorTime - cpu).TotalMicroseconds / jobs;
        double each = (GC.GetTotalAllocatedBytes() - bytes) / (double)jobs;
        Console.WriteLine(
            $"  {name,-26} {jobs / taken.TotalSeconds,9:N0} taken in/s {jobs / all.TotalSeconds,9:N0} done/s"
            + $" {micros,7:0.0} µs of CPU each {each,7:N0} bytes allocated each");
    }

    private static async Task OneByOne(IGrainFactory grains, string name, int jobs)
    {
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, Singles).Select(_ => Task.Run(async () =>
        {
            ICallerGrain caller = Caller(grains, name);
            for (int i = Interlocked.Increment(ref next); i < jobs; i = Interlocked.Increment(ref next))
            {
                await caller.Submit([Request(i)]);
            }
        })));
    }

    private static async Task Batches(IGrainFactory grains, string name, int jobs)
    {
        for (int first = 0; first < jobs; first += BatchJobs)
        {
            await Caller(grains, name).Submit([.. Enumerable.Range(first, Math.Min(BatchJobs, jobs - first)).Select(Request)]);
        }
    }

    private static async Task Ended(IGrainFactory grains, string name, int jobs)
    {
        while ((await Caller(grains, name).View()).Done < jobs)
        {
            await Task.Delay(Period, TimeProvider.System);
        }
    }

    private static JobRequest Request(int i) =>
        new() { Number = (FirstNumber + i).ToString(CultureInfo.InvariantCulture) };

    private static ICallerGrain Caller(IGrainFactory grains, string name) =>
        grains.GetGrain<ICallerGrain>(new CallerKey("", name).ToString());
}
