using Orleans;
using Orleans.Runtime;

namespace Turnstile.Engine.Tests.Embedded;

public interface IClockGrain : IGrainWithStringKey
{
    Task Start(TimeSpan dueTime, TimeSpan period);

    Task Change(TimeSpan dueTime, TimeSpan period);

    /// <summary>Ends the activation; it starts a timer all the same, when the gate opens.</summary>
    Task StartOnceGone(TimeSpan period);

    Task Hold();

    Task<int> Ticks();
}

public sealed class ClockGrain(Probe probe) : Grain, IClockGrain
{
    private IGrainTimer? _timer;
    private int _ticks;

    public Task Start(TimeSpan dueTime, TimeSpan period)
    {
        _timer = this.RegisterGrainTimer(
            () =>
            {
                _ticks++;
                return Task.CompletedTask;
            },
            dueTime,
            period);
        return Task.CompletedTask;
    }

    public Task Change(TimeSpan dueTime, TimeSpan period)
    {
        _timer!.Change(dueTime, period);
        return Task.CompletedTask;
    }

    public Task StartOnceGone(TimeSpan period)
    {
        DeactivateOnIdle();
        _ = StartLate();
        return Task.CompletedTask;

        async Task StartLate()
        {
            await probe.Gate("gone");
            await Start(period, period);
        }
    }

    public Task Hold() => probe.Gate("hold");

    public Task<int> Ticks() => Task.FromResult(_ticks);
}

/// <summary>When timers tick.</summary>
public sealed class TimerClockTests
{
    [Fact]
    public async Task A_timer_ticks_at_its_due_time_and_then_each_period()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        IClockGrain grain = silo.Grains.GetGrain<IClockGrain>("a");
        await silo.Run(grain.Start(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)));
        silo.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, await silo.Run(grain.Ticks()));
        silo.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await silo.Run(grain.Ticks()));
        silo.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, await silo.Run(grain.Ticks()));
        silo.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await silo.Run(grain.Ticks()));
    }

    [Fact]
    public async Task The_period_counts_from_the_end_of_a_tick()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        IClockGrain grain = silo.Grains.GetGrain<IClockGrain>("a");
        await silo.Run(grain.Start(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)));
        Task held = grain.Hold();
        silo.Advance(TimeSpan.FromSeconds(25));
        silo.Probe.Open("hold");
        await silo.Run(held);
        Assert.Equal(1, await silo.Run(grain.Ticks()));
        silo.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(1, await silo.Run(grain.Ticks()));
        silo.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await silo.Run(grain.Ticks()));
    }

    [Fact]
    public async Task A_timer_can_be_changed_and_stopped()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        IClockGrain grain = silo.Grains.GetGrain<IClockGrain>("a");
        await silo.Run(grain.Start(TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan));
        await silo.Run(grain.Change(TimeSpan.FromSeconds(20), Timeout.InfiniteTimeSpan));
        silo.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(0, await silo.Run(grain.Ticks()));
        silo.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await silo.Run(grain.Ticks()));
        silo.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(1, await silo.Run(grain.Ticks()));
    }

    [Fact]
    public async Task A_time_that_no_timer_can_wait_is_refused_at_once()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        IClockGrain grain = silo.Grains.GetGrain<IClockGrain>("a");
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => silo.Run(grain.Start(TimeSpan.Zero, TimeSpan.FromDays(50))));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => silo.Run(grain.Start(TimeSpan.FromDays(50), TimeSpan.Zero)));
    }

    [Fact]
    public async Task A_timer_that_an_ended_activation_starts_does_not_go_on_for_ever()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        int before = silo.Time.Waiting;
        await silo.Run(silo.Grains.GetGrain<IClockGrain>("a").StartOnceGone(TimeSpan.FromSeconds(1)));
        silo.Probe.Open("gone");
        silo.Run();
        Assert.Equal(before + 1, silo.Time.Waiting);
        silo.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(before, silo.Time.Waiting);
    }
}
