namespace Turnstile.Engine.Tests;

/// <summary>What a grain may rely on about its timers.</summary>
public sealed class TimerTests(EngineFixture engine) : EngineTest(engine)
{
    [Fact]
    public async Task A_timer_ticks_in_a_turn_of_its_grain()
    {
        string key = NewKey();
        await Grains.GetGrain<ITimerGrain>(key).StartTicking(ticks: 3);
        await Probe.Reached($"{key}.ticked");
        Assert.Equal(["in turn", "in turn", "in turn"], Probe.Notes(key));
    }

    [Fact]
    public async Task A_tick_waits_for_the_call_that_runs()
    {
        string key = NewKey();
        ITimerGrain grain = Grains.GetGrain<ITimerGrain>(key);
        Task held = grain.HoldWithTimer(interleave: false);
        await Probe.Reached($"{key}.beside");
        Assert.False(Probe.HasReached($"{key}.tick"));
        Probe.Open($"{key}.hold");
        await Probe.Soon(held);
        await Probe.Reached($"{key}.tick");
    }

    [Fact]
    public async Task An_interleaving_tick_does_not_wait()
    {
        string key = NewKey();
        ITimerGrain grain = Grains.GetGrain<ITimerGrain>(key);
        Task held = grain.HoldWithTimer(interleave: true);
        await Probe.Reached($"{key}.tick");
        Assert.False(held.IsCompleted);
        Probe.Open($"{key}.hold");
        await Probe.Soon(held);
    }

    [Fact]
    public async Task A_failing_tick_does_not_end_the_timer()
    {
        string key = NewKey();
        await Grains.GetGrain<ITimerGrain>(key).StartFailing();
        await Probe.Reached($"{key}.second-tick");
    }

    [Fact]
    public async Task A_disposed_timer_ticks_no_more()
    {
        string key = NewKey();
        await Grains.GetGrain<ITimerGrain>(key).DisposeInFirstTick();
        await Probe.Reached($"{key}.other-ticked");
        Assert.Equal(["tick"], Probe.Notes(key));
    }

    [Fact]
    public async Task What_fails_at_the_end_of_a_timer_does_not_keep_its_grain_from_ending()
    {
        string key = NewKey();
        ITimerGrain grain = Grains.GetGrain<ITimerGrain>(key);
        await grain.StartFailingAtItsEnd();
        await Probe.Reached($"{key}.tick");
        await grain.Leave();
        Assert.Equal(0, await Probe.Soon(grain.TicksOfEarlierActivations()));
    }

    [Fact]
    public async Task A_timer_ends_with_its_activation()
    {
        string key = NewKey();
        ITimerGrain grain = Grains.GetGrain<ITimerGrain>(key);
        await grain.StartTicking(ticks: int.MaxValue);
        await Probe.Reached($"{key}.first");
        await grain.Leave();
        int ticks = await Probe.Soon(grain.TicksOfEarlierActivations());
        await grain.DisposeInFirstTick();
        await Probe.Reached($"{key}.other-ticked");
        Assert.Equal(ticks, await grain.TicksOfEarlierActivations());
    }
}
