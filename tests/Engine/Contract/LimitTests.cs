using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Turnstile.Engine.Tests;

/// <summary>The limit on calls that wait at one grain.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task A_call_beyond_the_queue_limit_is_refused_and_those_before_it_are_served()
    {
        var probe = new Probe();
        await using EngineSilo silo = await EngineSilo.Start(builder => builder
            .ConfigureProbe(probe)
            .Configure<SiloMessagingOptions>(options => options.MaxEnqueuedRequestsHardLimit = 2));
        ITurnGrain grain = silo.Grains.GetGrain<ITurnGrain>("full");
        Task held = grain.Hold("held");
        await probe.Reached("full.held");
        Task[] calls = [grain.Write("a"), grain.Write("b"), grain.Write("c")];
        Task refused = await Probe.Soon(Task.WhenAny(calls));
        await Assert.ThrowsAsync<LimitExceededException>(() => refused);
        probe.Open("full.held");
        await Probe.Soon(Task.WhenAll([held, .. calls.Where(call => call != refused)]));
        Assert.Equal(2, probe.Notes("full").Count);
    }
}
