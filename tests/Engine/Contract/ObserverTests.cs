using Orleans;

namespace Turnstile.Engine.Tests;

public interface INewsObserver : IGrainObserver
{
    void Hear(string news);

    Task<string> Answer(string question);
}

public interface INewsGrain : IGrainWithStringKey
{
    Task Tell(INewsObserver observer, string news);

    Task<string> Ask(INewsObserver observer, string question);
}

public sealed class NewsGrain : Grain, INewsGrain
{
    public Task Tell(INewsObserver observer, string news)
    {
        observer.Hear(news);
        return Task.CompletedTask;
    }

    public Task<string> Ask(INewsObserver observer, string question) => observer.Answer(question);
}

/// <summary>Objects that are no grains, called by grains.</summary>
public sealed class ObserverTests(EngineFixture engine) : EngineTest(engine)
{
    [Fact]
    public async Task A_grain_can_call_an_object_outside()
    {
        string key = NewKey();
        var listener = new Listener(Probe, key);
        INewsObserver reference = Grains.CreateObjectReference<INewsObserver>(listener);
        INewsGrain grain = Grains.GetGrain<INewsGrain>(key);
        await grain.Tell(reference, "spring");
        await Probe.Reached($"{key}.spring");
        Assert.Equal("why not", await Probe.Soon(grain.Ask(reference, "why")));
        Grains.DeleteObjectReference<INewsObserver>(reference);
        GC.KeepAlive(listener);
    }

    private sealed class Listener(Probe probe, string key) : INewsObserver
    {
        public void Hear(string news) => probe.Reach($"{key}.{news}");

        public Task<string> Answer(string question) => Task.FromResult($"{question} not");
    }
}
