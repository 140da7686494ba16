using System.Globalization;

namespace Turnstile.Benchmarks.Events;

/// <summary>
/// Events a second, from the first request until the last event is enriched, counted, stored and in the output file.
/// The load comes from this process, the service is another, both on this machine; players and rates are looked up as
/// always.
/// </summary>
internal static class EventsBenchmark
{
    private static readonly Shape[] Shapes =
    [
        new("JSON, one a request, 64 connections", Protobuf: false, Batch: 1, Connections: 64),
        new("protobuf, one a request, 64 connections", Protobuf: true, Batch: 1, Connections: 64),
        new("JSON, 1,000 a request, 8 connections", Protobuf: false, Batch: 1_000, Connections: 8),
        new("protobuf, 1,000 a request, 8 connections", Protobuf: true, Batch: 1_000, Connections: 8),
        new("protobuf, 10,000 a request, 4 connections", Protobuf: true, Batch: 10_000, Connections: 4),
    ];

    public static async Task<int> Run(string[] args)
    {
        double seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        await using var service = new EventService();
        await service.Start();
        var load = new EventLoad(service.Http);
        Console.WriteLine($"{Environment.ProcessorCount} cores, {seconds} s each, stored and synced before each answer");
        await load.Run(Shapes[2], 2);
        foreach (Shape shape in Shapes)
        {
            TimeSpan before = service.CpuTime;
            LoadResult result = await load.Run(shape, seconds);
            double micros = (service.CpuTime - before).TotalMicroseconds / result.Events;
            Console.WriteLine(
                $"  {shape.Name,-45} {result.TakenPerSecond,10:N0} taken/s {result.CountedPerSecond,10:N0} counted/s"
                + $"   {micros,6:0.0} µs of CPU each"
                + $"   p50 {result.Median.TotalMilliseconds:0.0} ms, p99 {result.P99.TotalMilliseconds:0.0} ms");
        }

        if (args.Length > 1)
        {
            await RabbitMqLoad.Run(new Uri(args[1]), seconds);
        }

        return 0;
    }
}

/// <summary>How events are sent.</summary>
internal sealed record Shape(string Name, bool Protobuf, int Batch, int Connections);

/// <summary>What a run came to; counted includes the wait for the last event.</summary>
internal sealed record LoadResult(
    long Events, double TakenPerSecond, double CountedPerSecond, TimeSpan Median, TimeSpan P99);
