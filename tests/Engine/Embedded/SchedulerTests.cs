using Orleans;

namespace Turnstile.Engine.Tests.Embedded;

public interface IRelayGrain : IGrainWithIntegerKey
{
    Task Pass(int hops);

    /// <summary>Calls the other grain and keeps its own turn until that has begun.</summary>
    Task KeepTurnUntil(long other);
}

public sealed class RelayGrain(Probe probe) : Grain, IRelayGrain
{
    private long Key => this.GetPrimaryKeyLong();

    public async Task Pass(int hops)
    {
        probe.Note("order", $"{Key}");
        await Task.Yield();
        if (hops > 0)
        {
            await GrainFactory.GetGrain<IRelayGrain>(Key + 10).Pass(hops - 1);
        }
    }

    public async Task KeepTurnUntil(long other)
    {
        Task call = GrainFactory.GetGrain<IRelayGrain>(other).Pass(0);
        SpinWait.SpinUntil(() => probe.Notes("order").Count > 0);
        await call;
    }
}

/// <summary>How work reaches threads.</summary>
public sealed class SchedulerTests
{
    [Fact]
    public async Task With_a_seeded_scheduler_the_seed_decides_the_order_of_all_turns()
    {
        IReadOnlyList<string> once = await OrderOf(seed: 1);
        Assert.Equal(once, await OrderOf(seed: 1));
        Assert.Equal(once.Order(), (await OrderOf(seed: 2)).Order());
        Assert.NotEqual(once, await OrderOf(seed: 2));
    }

    [Fact]
    public async Task A_turn_that_does_not_end_does_not_keep_those_from_running_whom_it_called()
    {
        var probe = new Probe();
        await using EngineSilo silo = await EngineSilo.Start(builder => builder.ConfigureProbe(probe));
        await Probe.Soon(silo.Grains.GetGrain<IRelayGrain>(0).KeepTurnUntil(1));
    }

    private static async Task<IReadOnlyList<string>> OrderOf(int seed)
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start(seed: seed);
        Task[] calls = [.. Enumerable.Range(0, 8).Select(key => silo.Grains.GetGrain<IRelayGrain>(key).Pass(3))];
        await silo.Run(Task.WhenAll(calls));
        return silo.Probe.Notes("order");
    }
}
