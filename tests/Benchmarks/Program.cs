using Turnstile.Benchmarks.Accept;
using Turnstile.Benchmarks.Compute;
using Turnstile.Benchmarks.Engine;
using Turnstile.Benchmarks.Events;
using Turnstile.Benchmarks.Numerics;
using Turnstile.Benchmarks.Storage;

// One verb, one folder.
return args switch
{
    ["accept", .. var rest] => AcceptBenchmark.Run(rest),
    ["accept-http", .. var rest] => await AcceptHttpBenchmark.Run(rest),
    [BareServer.Verb, var address] => await BareServer.Run(address),
    ["compute", .. var rest] => await ComputeBenchmark.Run(rest),
    ["engine", .. var rest] => await EngineBenchmark.Run(rest),
    ["numerics", .. var rest] => NumericsBenchmark.Run(rest),
    ["numerics-pieces", .. var rest] => PiecesBenchmark.Run(rest),
    ["storage", .. var rest] => await StorageBenchmark.Run(rest),
    ["events", .. var rest] => await EventsBenchmark.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: dotnet run --project tests/Benchmarks -c Release [-p:Engine=Orleans] -- <verb>
          accept [ids]   memory and time of a set of ids; 4,000,000 by default
          accept-http [seconds]       new ids per second beside the bare server, by wrk; 4 seconds a round by default
          compute [jobs]              jobs per second through the whole path, and bytes allocated per job; 200,000 by default
          engine [rounds] [seconds]   calls per second and bytes per call; 5 rounds of 2 seconds by default
          numerics [digits [only]]    factorisation beside the peers on the PATH; semiprimes of up to 60 digits by default
          numerics-pieces [what...]   by how much a slice may last too long; what: 80 (digits), 1000000!, 2^9689-1, curves
          storage [seconds] [folder] [connection string]   rows and reads per second; 3 seconds a line by default
          events [seconds] [amqp url] events per second through a service of its own, and a RabbitMQ broker beside it
        """);
    return 2;
}
