using System.Globalization;
using Orleans;

namespace Turnstile.Benchmarks.Engine;

/// <summary>
/// What a call costs. The loads take turns, round after round, so that a slow moment of the machine does not fall on
/// one of them; the best and the middle round are printed.
/// </summary>
internal static class EngineBenchmark
{
    private const int GrainCount = 1000;

    public static async Task<int> Run(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        double seconds = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 2;
        await using EngineHost host = await EngineHost.Start();
        (string Name, Func<long, Task<long>> Run)[] loads = Loads(host.Grains);
        var samples = loads.ToDictionary(load => load.Name, _ => new List<Sample>());
        foreach ((_, Func<long, Task<long>> run) in loads)
        {
            await Measure(run, 1);
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach ((string name, Func<long, Task<long>> run) in loads)
            {
                samples[name].Add(await Measure(run, seconds));
            }
        }

        Print(samples, rounds, seconds);
        Console.WriteLine($"{await BytesPerActiveGrain(host.Grains):N0} bytes for each active grain without fields, its name included");
        return 0;
    }

    private static async Task<long> BytesPerActiveGrain(IGrainFactory grains)
    {
        const int count = 100_000;
        const int first = 1_000_000;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (int[] batch in Enumerable.Range(first, count).Chunk(1000))
        {
            await Task.WhenAll(batch.Select(key => grains.GetGrain<IEchoGrain>(key).Echo(1)));
        }

        return (GC.GetTotalMemory(forceFullCollection: true) - before) / count;
    }

    private static (string Name, Func<long, Task<long>> Run)[] Loads(IGrainFactory grains)
    {
        IEchoGrain one = grains.GetGrain<IEchoGrain>(0);
        IEchoGrain[] many = [.. Enumerable.Range(1, GrainCount).Select(key => grains.GetGrain<IEchoGrain>(key))];
        ICallerGrain[] callers = [.. Enumerable.Range(0, 64).Select(key => grains.GetGrain<ICallerGrain>(key))];
        return
        [
            ("1 caller, 1 grain", until => Callers.CallUntil([() => one.Echo(1)], until)),
            ("1 caller, 1 grain, ValueTask", until => Task.Run(() => Callers.CallValueUntil(() => one.EchoValue(1), until))),
            ("64 callers, 1 grain", until => Callers.CallUntil(Enumerable.Repeat<Func<Task>>(() => one.Echo(1), 64), until)),
            ("64 callers, 1,000 grains", until => Callers.CallUntil(Enumerable.Range(0, 64).Select(RoundRobin), until)),
            ("1 grain calls 1 grain", until => callers[0].CallUntil(0, until)),
            ("64 grains call 64 grains", async until =>
                (await Task.WhenAll(callers.Select((caller, i) => caller.CallUntil(i + 1, until)))).Sum()),
        ];

        Func<Task> RoundRobin(int start)
        {
            int next = start * (GrainCount / 64);
            return () => many[next++ % GrainCount].Echo(1);
        }
    }

    private static async Task<Sample> Measure(Func<long, Task<long>> run, double seconds)
    {
        TimeProvider clock = TimeProvider.System;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = clock.GetTimestamp();
        long calls = await run(start + (long)(seconds * clock.TimestampFrequency));
        double taken = clock.GetElapsedTime(start).TotalSeconds;
        return new Sample(calls / taken, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)calls);
    }

    private static void Print(Dictionary<string, List<Sample>> samples, int rounds, double seconds)
    {
        Console.WriteLine($"{EngineHost.Name}, {Environment.ProcessorCount} cores, {rounds} rounds of {seconds} s");
        Console.WriteLine($"{"load",-30} {"best calls/s",14} {"middle calls/s",14} {"bytes/call",10}");
        foreach ((string name, List<Sample> of) in samples)
        {
            double[] rates = [.. of.Select(sample => sample.CallsPerSecond).Order()];
            Console.WriteLine($"{name,-30} {rates[^1],14:N0} {rates[rates.Length / 2],14:N0} {of.Min(sample => sample.BytesPerCall),10:N0}");
        }
    }

    private sealed record Sample(double CallsPerSecond, double BytesPerCall);
}
