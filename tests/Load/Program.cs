using Turnstile.Load;
using Turnstile.Load.Scenarios;
using Turnstile.Load.Widgets;

const string Usage = """
    usage: Load <scenario> [--jobs n] [--digits n] [--connections n] [--seconds n] [--workers n] [--reports folder]
                           [--widgets n] [--kept folder] [--postgres "connection string"] [--silos n] [--gateways n]

      intake   jobs posted one by one; then waits until all are done and checks every answer   (--jobs 10000)
      cluster  intake on servers of its own: PostgreSQL, Redis, silos and gateways             (--silos 0 --gateways 1)
      batch    the same in batches of 10,000                                                  (--jobs 100000)
      kill     a batch run whose service is killed and started again in the middle             (--jobs 100000)
      whale    a mouse's jobs one at a time, alone and beside a whale's backlog                (--jobs 10000)
      long     the same beside a whale whose jobs take half a minute each                      (--jobs 100)
      fifo     the same with jobs served in order of arrival, for comparison                   (--jobs 1000)
      sybil    an account that splits itself into 100 callers beside one that does not         (--seconds 60)
      mixed    20 callers with jobs of 1 ms to 1 s: how evenly CPU time is shared              (--seconds 60)
      fuzz     every endpoint asked wrongly, from the API's own description                    (--jobs 100000)
      soak     all capabilities at a steady pace, every answer checked, memory watched         (--seconds 60, --jobs 20)
      lone     one caller beside the bare kernels on as many threads                           (--jobs 2400)
      widgets  widgets made, connected, left idle, changed, killed amid changes and read back  (--widgets 1000000 --seconds 60)
    """;

LoadOptions options;
try
{
    options = LoadOptions.Parse(args);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine($"{e.Message}\n{Usage}");
    return 2;
}

Func<LoadOptions, Task<Report>>? scenario = options.Scenario switch
{
    "intake" => Intake.Run,
    "cluster" => ClusterIntake.Run,
    "batch" => BatchIntake.Run,
    "kill" => KillAndRestart.Run,
    "whale" => WhaleAndMouse.Many,
    "long" => WhaleAndMouse.Long,
    "fifo" => WhaleAndMouse.FirstComeFirstServed,
    "sybil" => Sybil.Run,
    "mixed" => MixedCosts.Run,
    "lone" => LoneCaller.Run,
    "widgets" => WidgetLoad.Run,
    "fuzz" => Fuzzing.Run,
    "soak" => Soaking.Run,
    _ => null,
};
if (scenario is null)
{
    Console.Error.WriteLine(Usage);
    return 2;
}

Report report = await scenario(options);
report.Write(options.Reports);
return report.Passed ? 0 : 1;
