using Orleans;
using Orleans.Runtime;

namespace Turnstile.Engine.Tests.Embedded;

public interface IIdleGrain : IGrainWithStringKey
{
    Task Work();

    Task Hold();

    Task Delay(TimeSpan time);

    Task StartTimer(TimeSpan period, bool keepAlive);
}

public abstract class IdleGrainBase(Probe probe) : Grain, IIdleGrain
{
    private string Key => this.GetPrimaryKeyString();

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        probe.Note(Key, $"{reason.ReasonCode}");
        probe.Reach($"{Key}.gone");
        return Task.CompletedTask;
    }

    public Task Work() => Task.CompletedTask;

    public async Task Hold()
    {
        probe.Reach($"{Key}.holding");
        await probe.Gate($"{Key}.hold");
    }

    public Task Delay(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public Task StartTimer(TimeSpan period, bool keepAlive)
    {
        this.RegisterGrainTimer(
            () => Task.CompletedTask, new GrainTimerCreationOptions(period, period) { KeepAlive = keepAlive });
        return Task.CompletedTask;
    }
}

public sealed class IdleGrain(Probe probe) : IdleGrainBase(probe);

[KeepAlive]
public sealed class LastingGrain(Probe probe) : IdleGrainBase(probe);

[CollectionAgeLimit("00:20:00")]
public sealed class PatientGrain(Probe probe) : IdleGrainBase(probe);

/// <summary>When idle grains end.</summary>
public sealed class IdleTests
{
    private const string Idle = "Turnstile.Engine.Tests.Embedded.IdleGrain";
    private const string Lasting = "Turnstile.Engine.Tests.Embedded.LastingGrain";
    private const string Patient = "Turnstile.Engine.Tests.Embedded.PatientGrain";

    [Fact]
    public async Task An_idle_grain_is_deactivated_after_its_age_and_not_before()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        IIdleGrain grain = silo.Grains.GetGrain<IIdleGrain>("a", Idle);
        await silo.Run(grain.Work());
        silo.Advance(TimeSpan.FromMinutes(4));
        await silo.Run(grain.Work());
        silo.Advance(TimeSpan.FromMinutes(4));
        Assert.False(silo.Probe.HasReached("a.gone"));
        silo.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(["ActivationIdle"], silo.Probe.Notes("a"));
    }

    [Fact]
    public async Task A_class_can_have_an_age_of_its_own_or_none()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        await silo.Run(silo.Grains.GetGrain<IIdleGrain>("lasting", Lasting).Work());
        await silo.Run(silo.Grains.GetGrain<IIdleGrain>("patient", Patient).Work());
        silo.Advance(TimeSpan.FromMinutes(19));
        Assert.False(silo.Probe.HasReached("patient.gone"));
        silo.Advance(TimeSpan.FromMinutes(2));
        Assert.True(silo.Probe.HasReached("patient.gone"));
        silo.Advance(TimeSpan.FromHours(5));
        Assert.False(silo.Probe.HasReached("lasting.gone"));
    }

    [Fact]
    public async Task A_grain_with_a_running_call_is_not_idle()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start(builder => builder.WithTimeout(TimeSpan.FromDays(1)));
        Task held = silo.Grains.GetGrain<IIdleGrain>("a", Idle).Hold();
        silo.Advance(TimeSpan.FromHours(1));
        Assert.True(silo.Probe.HasReached("a.holding"));
        Assert.False(silo.Probe.HasReached("a.gone"));
        silo.Probe.Open("a.hold");
        await silo.Run(held);
        silo.Advance(TimeSpan.FromMinutes(2));
        Assert.True(silo.Probe.HasReached("a.gone"));
    }

    [Fact]
    public async Task A_grain_can_delay_its_deactivation()
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        await silo.Run(silo.Grains.GetGrain<IIdleGrain>("a", Idle).Delay(TimeSpan.FromHours(1)));
        silo.Advance(TimeSpan.FromMinutes(59));
        Assert.False(silo.Probe.HasReached("a.gone"));
        silo.Advance(TimeSpan.FromMinutes(2));
        Assert.True(silo.Probe.HasReached("a.gone"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_timer_keeps_its_grain_alive_only_if_asked(bool keepAlive)
    {
        await using EmbeddedSilo silo = await EmbeddedSilo.Start();
        await silo.Run(silo.Grains.GetGrain<IIdleGrain>("a", Idle).StartTimer(TimeSpan.FromMinutes(1), keepAlive));
        silo.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(!keepAlive, silo.Probe.HasReached("a.gone"));
    }
}
