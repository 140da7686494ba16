using Turnstile.Benchmarks.Engine;

// One verb, one folder.
return args switch
{
    ["engine", .. var rest] => await EngineBenchmark.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: dotnet run --project tests/Benchmarks -c Release [-p:Engine=Orleans] -- <verb>
          engine [rounds] [seconds]   calls per second and bytes per call; 5 rounds of 2 seconds by default
        """);
    return 2;
}
