using Orleans;
using Orleans.Runtime;

namespace Turnstile.Engine.Tests.Embedded;

public interface IChainGrain : IGrainWithStringKey
{
    /// <summary>Waits at the gate, then calls the other grain.</summary>
    Task<string> HoldThenAsk(string other);

    Task<string> Answer();
}

public sealed class ChainGrain(Probe probe) : Grain, IChainGrain
{
    public async Task<string> HoldThenAsk(string other)
    {
        await probe.Gate("hold");
        return await GrainFactory.GetGrain<IChainGrain>(other).Answer();
    }

    public Task<string> Answer() => Task.FromResult(this.GetPrimaryKeyString());
}

/// <summary>What stopping promises.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task A_stopping_silo_refuses_calls_from_outside_and_lets_the_running_ones_end()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        Task<string> running = silo.Grains.GetGrain<IChainGrain>("a").HoldThenAsk("b");
        silo.Run();
        Task stop = silo.Stop();
        Task<string> refused = silo.Grains.GetGrain<IChainGrain>("c").Answer();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => silo.Run(refused));
        Assert.False(stop.IsCompleted);
        silo.Probe.Open("hold");
        Assert.Equal("b", await Probe.Soon(running));
        await Probe.Soon(stop);
    }

    [Fact]
    public async Task When_the_time_to_stop_is_over_callers_are_told()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        Task<string> running = silo.Grains.GetGrain<IChainGrain>("a").HoldThenAsk("b");
        silo.Run();
        await silo.Stop(new CancellationToken(canceled: true));
        await Assert.ThrowsAsync<SiloUnavailableException>(() => silo.Run(running));
    }

    [Fact]
    public async Task Grains_can_call_each_other_while_they_end()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        silo.Probe.Note("a.plan", "call-b");
        await silo.Run(silo.Grains.GetGrain<ILifeGrain>("a").Work("work"));
        await silo.Stop();
        Assert.Contains("from deactivation", silo.Probe.Notes("b"));
        Assert.Equal("deactivate ShuttingDown", silo.Probe.Notes("b")[^1]);
    }
}
