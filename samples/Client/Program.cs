// A .NET service that uses the cluster without HTTP in between: it submits a number and awaits its factors.
//
//   dotnet run --project samples/Client -c Release -p:Engine=Orleans -- 127.0.0.1:6379 100000000000000000050700000000000000004563
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;
using Turnstile.Compute;

const string ClusterName = "turnstile";

if (args is not [var redis, var number])
{
    Console.Error.WriteLine("usage: Client <redis host:port> <number>");
    return 2;
}

HostApplicationBuilder builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.UseOrleansClient(client =>
{
    client.UseRedisClustering(options => options.ConfigurationOptions = ConfigurationOptions.Parse(redis));
    client.Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = ClusterName);
});
using IHost host = builder.Build();
await host.StartAsync();
IGrainFactory grains = host.Services.GetRequiredService<IGrainFactory>();

var caller = new CallerKey(account: "", name: "sample-client");
SubmitOutcome outcome = await grains.GetGrain<ICallerGrain>(caller.ToString()).Submit(
    [new JobRequest { Operation = JobOperation.Factorize, Number = number }]);
if (outcome is not SubmitOutcome.Accepted { Ids: [var id] })
{
    Console.Error.WriteLine($"Not accepted: {outcome}");
    return 1;
}

IJobGrain grain = grains.GetGrain<IJobGrain>(id);
JobView? job;
do
{
    // Answered as soon as the job ends, or after some seconds: then it is asked again.
    job = await grain.WhenEnded(TimeSpan.FromSeconds(5));
}
while (job is { Ended: false });

await host.StopAsync();
if (job is not { Status: JobStatus.Done, Result: FactorizeResult { Factors: var factors } })
{
    Console.Error.WriteLine($"Job {JobId.Format(id)} is {job?.Status}: {job?.Error}");
    return 1;
}

Console.WriteLine($"{number} = {string.Join(" * ", factors.Select(factor => $"{factor.Prime}^{factor.Exponent}"))}");
return 0;
