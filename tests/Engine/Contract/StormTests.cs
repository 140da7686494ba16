using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Turnstile.Engine.Tests;

public interface IStormGrain : IGrainWithStringKey
{
    /// <returns>The count after this call.</returns>
    Task<int> Count(bool leave);

    Task<int> CountThrough(IStormGrain other, bool leave);

    [AlwaysInterleave]
    Task<int> Counted();
}

public sealed class StormGrain(
    [PersistentState("storm", EngineFixture.Storage)] IPersistentState<CounterState> state) : Grain, IStormGrain
{
    private bool _isCounting;

    public async Task<int> Count(bool leave)
    {
        if (_isCounting)
        {
            throw new InvalidOperationException("Two calls run at once.");
        }

        _isCounting = true;
        int count = ++state.State.Count;
        await Task.Yield();
        await state.WriteStateAsync();
        _isCounting = false;
        if (leave)
        {
            DeactivateOnIdle();
        }

        return count;
    }

    public async Task<int> CountThrough(IStormGrain other, bool leave)
    {
        await Task.Yield();
        return await other.Count(leave);
    }

    public Task<int> Counted() => Task.FromResult(state.State.Count);
}

/// <summary>Many calls at once, while grains come and go.</summary>
public sealed class StormTests(EngineFixture engine) : EngineTest(engine)
{
    private const int Callers = 16;
    private const int CallsPerCaller = 200;

    [Fact]
    public async Task No_call_is_lost_or_run_twice_while_grains_come_and_go()
    {
        IStormGrain[] counters = [.. Enumerable.Range(0, 10).Select(_ => Grains.GetGrain<IStormGrain>(NewKey()))];
        IStormGrain[] relays = [.. Enumerable.Range(0, 10).Select(_ => Grains.GetGrain<IStormGrain>(NewKey()))];
        int[] answered = new int[counters.Length];
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (int i = 0; i < CallsPerCaller; i++)
            {
                int target = random.Next(counters.Length);
                bool leave = random.Next(10) == 0;
                await Probe.Soon(random.Next(2) == 0
                    ? counters[target].Count(leave)
                    : relays[random.Next(relays.Length)].CountThrough(counters[target], leave));
                Interlocked.Increment(ref answered[target]);
            }
        })));
        Assert.Equal(Callers * CallsPerCaller, answered.Sum());
        Assert.Equal(answered, await Task.WhenAll(counters.Select(counter => counter.Counted())));
    }
}
