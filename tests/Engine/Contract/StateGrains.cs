using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Turnstile.Engine.Tests;

[GenerateSerializer, Alias("test.counter-state")]
public sealed class CounterState
{
    [Id(0)]
    public string Text { get; set; } = "";

    [Id(1)]
    public int Count { get; set; }
}

[GenerateSerializer, Immutable, Alias("test.seen")]
public sealed record Seen
{
    [Id(0)]
    public string Text { get; init; } = "";

    [Id(1)]
    public int Count { get; init; }

    [Id(2)]
    public bool Exists { get; init; }

    [Id(3)]
    public bool HasETag { get; init; }
}

public interface IStateGrain : IGrainWithStringKey
{
    Task Set(string text, int count, bool write);

    Task SetSecond(string text);

    Task<Seen> See();

    Task<string> SeeSecond();

    Task ReadAgain();

    Task Clear();

    Task Leave();
}

public sealed class StateGrain(
    [PersistentState("counter", EngineFixture.Storage)] IPersistentState<CounterState> state,
    [PersistentState("second", EngineFixture.Storage)] IPersistentState<CounterState> second) : Grain, IStateGrain
{
    public async Task Set(string text, int count, bool write)
    {
        state.State.Text = text;
        state.State.Count = count;
        if (write)
        {
            await state.WriteStateAsync();
        }
    }

    public async Task SetSecond(string text)
    {
        second.State = new CounterState { Text = text };
        await second.WriteStateAsync();
    }

    public Task<Seen> See() => Task.FromResult(new Seen
    {
        Text = state.State.Text,
        Count = state.State.Count,
        Exists = state.RecordExists,
        HasETag = state.Etag is not null,
    });

    public Task<string> SeeSecond() => Task.FromResult(second.State.Text);

    public Task ReadAgain() => state.ReadStateAsync();

    public Task Clear() => state.ClearStateAsync();

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public interface IFailingStateGrain : IGrainWithStringKey
{
    Task<string> Activation();

    Task Write();
}

public sealed class FailingStateGrain(
    [PersistentState("failing", EngineFixture.FailingStorage)] IPersistentState<CounterState> state) : Grain, IFailingStateGrain
{
    private readonly string _activation = Guid.NewGuid().ToString();

    public Task<string> Activation() => Task.FromResult(_activation);

    public Task Write() => state.WriteStateAsync();
}

/// <summary>
/// Fails where the test has reached key.inconsistent, key.full or key.unreadable. Written against the interface both
/// engines have.
/// </summary>
internal sealed class FailingGrainStorage(Probe probe) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => probe.HasReached($"{grainId.Key}.unreadable")
        ? throw new OutOfStockException("unreadable")
        : Task.CompletedTask;

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Task.Yield();
        if (probe.HasReached($"{grainId.Key}.inconsistent"))
        {
            throw new InconsistentStateException("written by another", "2", "1");
        }

        if (probe.HasReached($"{grainId.Key}.full"))
        {
            throw new OutOfStockException("the disk is full");
        }
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;
}
