namespace Turnstile.Engine.Tests;

/// <summary>Which calls of a grain run beside each other, and where its code runs.</summary>
public sealed class TurnTests(EngineFixture engine) : EngineTest(engine)
{
    [Fact]
    public async Task A_grain_that_awaits_keeps_the_next_call_waiting()
    {
        string key = NewKey();
        ITurnGrain grain = Grains.GetGrain<ITurnGrain>(key);
        Task first = grain.Hold("first");
        await Probe.Reached($"{key}.first");
        Task second = grain.Hold("second");
        await grain.PassThrough();
        Assert.False(Probe.HasReached($"{key}.second"));
        Probe.Open($"{key}.first");
        await Probe.Reached($"{key}.second");
        await Probe.Soon(first);
        Probe.Open($"{key}.second");
        await Probe.Soon(second);
    }

    [Fact]
    public async Task Waiting_calls_begin_in_the_order_they_came()
    {
        string key = NewKey();
        ITurnGrain grain = Grains.GetGrain<ITurnGrain>(key);
        Task first = grain.Hold("first");
        await Probe.Reached($"{key}.first");
        var calls = new List<Task>();
        foreach (string name in (string[])["a", "b", "c", "d"])
        {
            calls.Add(grain.Write(name));
            await grain.PassThrough();
        }

        Probe.Open($"{key}.first");
        await Probe.Soon(Task.WhenAll([first, .. calls]));
        Assert.Equal(["a", "b", "c", "d"], Probe.Notes(key));
    }

    [Fact]
    public async Task A_call_marked_always_interleave_passes_a_running_one()
    {
        string key = NewKey();
        ITurnGrain grain = Grains.GetGrain<ITurnGrain>(key);
        Task held = grain.Hold("held");
        await Probe.Reached($"{key}.held");
        await Probe.Soon(grain.PassThrough());
        Assert.False(held.IsCompleted);
        Probe.Open($"{key}.held");
        await Probe.Soon(held);
    }

    [Fact]
    public async Task Read_only_calls_run_beside_each_other_but_not_beside_others()
    {
        string key = NewKey();
        ITurnGrain grain = Grains.GetGrain<ITurnGrain>(key);
        Task one = grain.Read("one");
        await Probe.Reached($"{key}.one");
        Task write = grain.Hold("write");
        await grain.PassThrough();
        Task two = grain.Read("two");
        await Probe.Reached($"{key}.two");
        Assert.False(Probe.HasReached($"{key}.write"));
        Probe.Open($"{key}.one");
        await Probe.Soon(one);
        Probe.Open($"{key}.two");
        await Probe.Soon(two);
        await Probe.Reached($"{key}.write");
        Probe.Open($"{key}.write");
        await Probe.Soon(write);
    }

    [Fact]
    public async Task A_reentrant_grain_interleaves_calls_at_awaits()
    {
        string key = NewKey();
        IReentrantGrain grain = Grains.GetGrain<IReentrantGrain>(key);
        Task first = grain.Hold("first");
        await Probe.Reached($"{key}.first");
        Task second = grain.Hold("second");
        await Probe.Reached($"{key}.second");
        Probe.Open($"{key}.second");
        await Probe.Soon(second);
        Assert.False(first.IsCompleted);
        Probe.Open($"{key}.first");
        await Probe.Soon(first);
    }

    [Fact]
    public async Task Even_a_reentrant_grain_runs_one_turn_at_a_time()
    {
        IReentrantGrain grain = Grains.GetGrain<IReentrantGrain>(NewKey());
        await Probe.Soon(Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => grain.Count(100)))));
        Assert.Equal((5000, 1), await grain.Counted());
    }

    [Fact]
    public async Task A_call_never_runs_on_the_stack_of_its_caller() =>
        Assert.False(await Grains.GetGrain<IReentrantGrain>(NewKey()).RanBeforeTheCallReturned());

    [Fact]
    public async Task After_an_await_grain_code_is_in_a_turn_of_its_grain()
    {
        ITurnGrain other = Grains.GetGrain<ITurnGrain>(NewKey());
        string inTurnAfter = await Grains.GetGrain<ITurnGrain>(NewKey()).WhereAwaitsReturnTo(other);
        Assert.Equal("yield delay run own-source other-grain", inTurnAfter);
    }

    [Fact]
    public async Task Task_Run_and_ConfigureAwait_false_leave_the_turn() =>
        Assert.Equal((false, false), await Grains.GetGrain<ITurnGrain>(NewKey()).InTurnAfterLeaving());

    [Fact]
    public async Task What_a_turn_sets_in_async_locals_is_not_seen_by_the_next()
    {
        ITurnGrain grain = Grains.GetGrain<ITurnGrain>(NewKey());
        await grain.SetLocal("mine");
        Assert.Null(await grain.GetLocal());
    }

    [Fact]
    public async Task A_grain_that_calls_itself_through_another_is_told_by_a_timeout()
    {
        ITurnGrain first = Grains.GetGrain<ITurnGrain>(NewKey());
        ITurnGrain second = Grains.GetGrain<ITurnGrain>(NewKey());
        await Assert.ThrowsAsync<TimeoutException>(() => Probe.Soon(first.CallThrough(second)));

        // Their own calls may be given up a little later than the one from here.
        Assert.Null(await Probe.Soon(first.GetLocal()));
        Assert.Null(await Probe.Soon(second.GetLocal()));
    }
}
