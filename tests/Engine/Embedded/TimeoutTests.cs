namespace Turnstile.Engine.Tests.Embedded;

/// <summary>Calls that are not answered in time.</summary>
public sealed class TimeoutTests
{
    [Fact]
    public async Task A_call_fails_after_its_timeout_and_not_before()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start(builder => builder.WithTimeout(TimeSpan.FromMinutes(1)));
        Task held = silo.Grains.GetGrain<ITurnGrain>("a").Hold("held");
        silo.Advance(TimeSpan.FromSeconds(60));
        Assert.False(held.IsCompleted);
        silo.Advance(TimeSpan.FromSeconds(1));
        TimeoutException fault = await Assert.ThrowsAsync<TimeoutException>(() => silo.Run(held));
        Assert.Contains("00:01:00", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_can_have_a_timeout_of_its_own()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        ITurnGrain grain = silo.Grains.GetGrain<ITurnGrain>("a");
        Task held = grain.Hold("held");
        silo.Run();
        Task quick = grain.SayFree();
        silo.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<TimeoutException>(() => silo.Run(quick));
        Assert.False(held.IsCompleted);
        silo.Probe.Open("a.held");
        await silo.Run(held);
    }

    [Fact]
    public async Task A_call_that_timed_out_while_it_waited_is_not_run()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        ITurnGrain grain = silo.Grains.GetGrain<ITurnGrain>("a");
        Task held = grain.Hold("held");
        silo.Run();
        Task late = grain.Write("late");
        silo.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<TimeoutException>(() => silo.Run(late));
        await Assert.ThrowsAsync<TimeoutException>(() => silo.Run(held));
        silo.Probe.Open("a.held");
        await silo.Run(grain.Write("on time"));
        Assert.Equal(["on time"], silo.Probe.Notes("a"));
    }

    [Fact]
    public async Task A_call_of_a_grain_times_out_in_a_turn_of_the_caller()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start(builder => builder.WithTimeout(TimeSpan.FromSeconds(10)));
        Task held = silo.Grains.GetGrain<ITurnGrain>("b").Hold("held");
        silo.Run();
        Task<string> told = silo.Grains.GetGrain<IToldGrain>("a").WhatWriteEndsWith("b");
        silo.Advance(TimeSpan.FromSeconds(12));
        Assert.Equal("TimeoutException in turn", await silo.Run(told));
        await Assert.ThrowsAsync<TimeoutException>(() => silo.Run(held));
    }

    [Fact]
    public async Task A_deadlock_is_named_in_the_timeout()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        Task call = silo.Grains.GetGrain<ITurnGrain>("a").CallThrough(silo.Grains.GetGrain<ITurnGrain>("b"));
        silo.Advance(TimeSpan.FromSeconds(3));
        TimeoutException fault = await Assert.ThrowsAsync<TimeoutException>(() => silo.Run(call));
        Assert.Contains(
            "outside -> ITurnGrain.CallThrough(turn/a) -> ITurnGrain.CallBack(turn/b) -> ITurnGrain.SayFree(turn/a), "
            + "which waits for ITurnGrain.CallThrough(turn/a): a deadlock",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_waiting_call_waits_for_is_named_in_the_timeout()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        ITurnGrain grain = silo.Grains.GetGrain<ITurnGrain>("a");
        Task held = grain.Hold("held");
        silo.Run();
        Task waiting = grain.SayFree();
        silo.Advance(TimeSpan.FromSeconds(3));
        TimeoutException fault = await Assert.ThrowsAsync<TimeoutException>(() => silo.Run(waiting));
        Assert.Contains(
            "outside -> ITurnGrain.SayFree(turn/a), which waits for ITurnGrain.Hold(turn/a) called by outside",
            fault.Message,
            StringComparison.Ordinal);
        silo.Probe.Open("a.held");
        await silo.Run(held);
    }
}
