using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Turnstile.Grains.Storage;

namespace Turnstile.Benchmarks.Storage;

/// <summary>
/// What the database takes and gives through the stores' API, everything synced. SQLite in a new file under the given
/// folder; PostgreSQL too where a connection string to an empty database follows.
/// </summary>
internal static class StorageBenchmark
{
    private const int Callers = 64;

    public static async Task<int> Run(string[] args)
    {
        double seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        string parent = args.Length > 1 ? args[1] : Path.GetTempPath();
        string folder = Path.Combine(parent, $"turnstile-benchmark-{Guid.NewGuid():N}");
        try
        {
            await Measure(new StorageOptions { Path = Path.Combine(folder, "turnstile.db") }, seconds);
            if (args.Length > 2)
                await Measure(new StorageOptions { ConnectionString = args[2] }, seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task Measure(StorageOptions options, double seconds)
    {
        await using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var telemetry = new StorageTelemetry(services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
        Migration jobs = new(Migration.Embedded().Count + 1, "benchmark", JobRow.Table);
        await using var database = new Database(
            options, telemetry, TimeProvider.System, NullLogger.Instance, [.. Migration.Embedded(), jobs]);
        await database.Start();
        var load = new StorageLoad(database);

        Console.WriteLine($"{database.Dialect}, {Environment.ProcessorCount} cores, {seconds} s each");
        await Report("rows/s appended, batches of 1,000, 2 in flight", 2, _ => load.Append(1000));
        await Report("rows/s appended, batches of 10,000, 1 in flight", 1, _ => load.Append(10_000));
        await Report($"single-row writes/s, {Callers} callers", Callers, _ => load.Append(1));
        await Report($"single-row writes/s, {Callers * 16} callers", Callers * 16, _ => load.Append(1));
        await Report("single-row writes/s, 1 caller", 1, _ => load.Append(1));
        await Report($"status updates/s, {Callers * 16} callers", Callers * 16, _ => load.Update());
        await Report("point reads/s, 1 reader", 1, _ => load.Read());
        await Report("point reads/s, 8 readers", 8, _ => load.Read());
        await Report("rows/s read by key, 1,000 at once", 2, _ => load.ReadMany(1000));

        async Task Report(string name, int callers, Func<int, Task<int>> once)
        {
            await Rate(callers, once, 0.5);
            Console.WriteLine($"  {name,-50} {await Rate(callers, once, seconds),12:N0}");
        }
    }

    private static async Task<double> Rate(int callers, Func<int, Task<int>> once, double seconds)
    {
        TimeProvider clock = TimeProvider.System;
        long start = clock.GetTimestamp();
        long[] done = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            long count = 0;
            while (clock.GetElapsedTime(start).TotalSeconds < seconds)
                count += await once(caller);
            return count;
        })));
        return done.Sum() / clock.GetElapsedTime(start).TotalSeconds;
    }
}
