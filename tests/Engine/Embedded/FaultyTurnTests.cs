using Orleans;

namespace Turnstile.Engine.Tests.Embedded;

public interface IFaultyTurnGrain : IGrainWithStringKey
{
    /// <summary>Ends in a turn that throws, as a handler of events may.</summary>
    Task EndInFaultyTurn();

    Task<string> Work();
}

public sealed class FaultyTurnGrain : Grain, IFaultyTurnGrain
{
    public async Task EndInFaultyTurn()
    {
        var end = new TaskCompletionSource();
        IProgress<int> progress = new Progress<int>(_ =>
        {
            end.SetResult();
            throw new OutOfStockException("turn");
        });
        progress.Report(1);
        await end.Task;
    }

    public Task<string> Work() => Task.FromResult("done");
}

/// <summary>Turns that let an exception out.</summary>
public sealed class FaultyTurnTests
{
    [Fact]
    public async Task A_turn_that_throws_does_not_keep_those_waiting_who_wait_for_the_call_that_it_ended()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        IFaultyTurnGrain grain = silo.Grains.GetGrain<IFaultyTurnGrain>("a");
        Task ended = grain.EndInFaultyTurn();
        Task<string> waiting = grain.Work();
        await silo.Run(ended);
        Assert.Equal("done", await silo.Run(waiting));
    }
}
