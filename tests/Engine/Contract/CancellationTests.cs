namespace Turnstile.Engine.Tests;

/// <summary>What cancelling a call does on both of its sides.</summary>
public sealed class CancellationTests(EngineFixture engine) : EngineTest(engine)
{
    [Fact]
    public async Task A_token_that_does_not_fire_changes_nothing()
    {
        using var source = new CancellationTokenSource();
        Assert.Equal(3, await Grains.GetGrain<ICancelGrain>(NewKey()).Add(1, 2, source.Token));
        Assert.Equal(3, await Grains.GetGrain<ICancelGrain>(NewKey()).Add(1, 2, CancellationToken.None));
    }

    [Fact]
    public async Task Cancelling_a_call_reaches_the_grain_in_a_turn_and_frees_the_caller()
    {
        string key = NewKey();
        ICancelGrain grain = Grains.GetGrain<ICancelGrain>(key);
        using var source = new CancellationTokenSource();
        Task call = grain.WaitForCancellation(source.Token);
        await Probe.Reached($"{key}.waiting");
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Probe.Soon(call));
        await Probe.Reached($"{key}.cancelled in turn");
    }

    [Fact]
    public async Task Cancellation_passes_through_a_chain_of_grains()
    {
        string key = NewKey();
        using var source = new CancellationTokenSource();
        ICancelGrain last = Grains.GetGrain<ICancelGrain>(key);
        Task call = Grains.GetGrain<ICancelGrain>(NewKey()).WaitThrough(last, source.Token);
        await Probe.Reached($"{key}.waiting");
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Probe.Soon(call));
        await Probe.Reached($"{key}.cancelled in turn");
    }

    [Fact]
    public async Task A_caller_does_not_wait_for_a_grain_that_ignores_cancellation()
    {
        string key = NewKey();
        ICancelGrain grain = Grains.GetGrain<ICancelGrain>(key);
        using var source = new CancellationTokenSource();
        Task call = grain.Ignore(source.Token);
        await Probe.Reached($"{key}.ignoring");
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Probe.Soon(call));
        Probe.Open($"{key}.ignore");
        Assert.Equal(3, await Probe.Soon(grain.Add(1, 2, CancellationToken.None)));
    }
}
