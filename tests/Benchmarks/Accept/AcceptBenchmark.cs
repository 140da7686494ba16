using System.Diagnostics;
using System.Globalization;
using Turnstile.Grains.Accept.Counting;

namespace Turnstile.Benchmarks.Accept;

/// <summary>
/// What the sets of ids take, in memory and time. The requests are measured with wrk and unique.lua, which stands beside this.
/// </summary>
internal static class AcceptBenchmark
{
    private const int Steps = 20;

    public static int Run(string[] args)
    {
        int ids = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 4_000_000;
        var random = new Random(1);
        var set = new IdSet((ulong)random.NextInt64());
        double worst = 0;
        long began = Stopwatch.GetTimestamp();
        TimeSpan longest = TimeSpan.Zero;
        for (int i = 1; i <= ids; i++)
        {
            long one = Stopwatch.GetTimestamp();
            set.Add(random.NextInt64());
            TimeSpan took = Stopwatch.GetElapsedTime(one);
            longest = took > longest ? took : longest;
            if (i % Math.Max(1, ids / Steps) == 0)
                worst = Math.Max(worst, set.Bytes / (double)set.Count);
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine($"{ids:N0} random ids: {ids / seconds:N0} added a second, the slowest in {longest.TotalMilliseconds:N2} ms");
        Console.WriteLine($"  {set.Bytes / (double)set.Count:N2} MB per million at the end, {worst:N2} at worst");
        return 0;
    }
}
