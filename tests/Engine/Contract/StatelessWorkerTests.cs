using Orleans;
using Orleans.Concurrency;

namespace Turnstile.Engine.Tests;

public interface IWorkerGrain : IGrainWithIntegerKey
{
    Task<string> Hold(string name);
}

[StatelessWorker(2)]
public sealed class WorkerGrain(Probe probe) : Grain, IWorkerGrain
{
    private readonly string _activation = Guid.NewGuid().ToString();

    public async Task<string> Hold(string name)
    {
        probe.Reach(name);
        await probe.Gate(name);
        return _activation;
    }
}

/// <summary>Several activations under one name.</summary>
public sealed class StatelessWorkerTests(EngineFixture engine) : EngineTest(engine)
{
    [Fact]
    public async Task As_many_calls_run_at_once_as_there_may_be_workers()
    {
        string key = NewKey();
        IWorkerGrain grain = Grains.GetGrain<IWorkerGrain>(0);
        Task<string> one = grain.Hold($"{key}.1");
        await Probe.Reached($"{key}.1");
        Task<string> two = grain.Hold($"{key}.2");
        await Probe.Reached($"{key}.2");
        Task<string> three = grain.Hold($"{key}.3");
        Assert.False(Probe.HasReached($"{key}.3"));
        Probe.Open($"{key}.1");
        Probe.Open($"{key}.2");
        Probe.Open($"{key}.3");
        Assert.NotEqual(await Probe.Soon(one), await Probe.Soon(two));
        await Probe.Soon(three);
    }
}
