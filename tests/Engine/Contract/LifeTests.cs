using Orleans;
using Orleans.Runtime;

namespace Turnstile.Engine.Tests;

/// <summary>When grains begin and end.</summary>
public sealed class LifeTests(EngineFixture engine) : EngineTest(engine)
{
    [Fact]
    public async Task A_grain_is_activated_by_its_first_call_and_before_it()
    {
        string key = NewKey();
        ILifeGrain grain = Grains.GetGrain<ILifeGrain>(key);
        Assert.Empty(Probe.Notes(key));
        await grain.Work("work");
        await grain.Work("more");
        Assert.Equal(["activate", "work", "more"], Probe.Notes(key));
    }

    [Fact]
    public async Task Calls_wait_while_the_grain_is_being_activated()
    {
        string key = NewKey();
        Probe.Note($"{key}.plan", "hold-activation");
        ILifeGrain grain = Grains.GetGrain<ILifeGrain>(key);
        Task call = grain.Work("work");
        await Probe.Reached($"{key}.activating");
        Assert.Empty(Probe.Notes(key));
        Probe.Open($"{key}.activation");
        await Probe.Soon(call);
        Assert.Equal(["activate", "work"], Probe.Notes(key));
    }

    [Fact]
    public async Task A_call_marked_always_interleave_passes_those_that_came_before_it_while_the_grain_was_being_activated()
    {
        string key = NewKey();
        Probe.Note($"{key}.plan", "hold-activation");
        ILifeGrain grain = Grains.GetGrain<ILifeGrain>(key);
        Task running = grain.Hold();
        await Probe.Reached($"{key}.activating");
        Task waiting = grain.Work("waited");
        Task beside = grain.WorkBeside("beside");
        Probe.Open($"{key}.activation");
        await Probe.Soon(beside);
        Probe.Open($"{key}.hold");
        await Probe.Soon(Task.WhenAll(running, waiting));
        Assert.Equal(["activate", "beside", "held", "waited"], Probe.Notes(key));
    }

    [Fact]
    public async Task A_grain_begins_in_the_request_context_of_the_call_that_activates_it()
    {
        string key = NewKey();
        ILifeGrain grain = Grains.GetGrain<ILifeGrain>(key);
        RequestContext.Set("who", "Ada");
        await grain.Work("work");
        RequestContext.Clear();
        Assert.Equal(["Ada"], Probe.Notes($"{key}.who"));
    }

    [Fact]
    public async Task A_failed_activation_fails_its_calls_and_is_tried_again()
    {
        string key = NewKey();
        Probe.Note($"{key}.plan", "fail-activation-once");
        ILifeGrain grain = Grains.GetGrain<ILifeGrain>(key);
        OutOfStockException fault = await Assert.ThrowsAsync<OutOfStockException>(() => Probe.Soon(grain.Work("lost")));
        Assert.Equal("activation", fault.Message);
        await Probe.Soon(grain.Work("work"));
        Assert.Equal(["activate", "work"], Probe.Notes(key));
    }

    [Fact]
    public async Task A_grain_that_asks_for_it_is_deactivated_and_the_next_call_finds_a_new_one()
    {
        string key = NewKey();
        ILifeGrain grain = Grains.GetGrain<ILifeGrain>(key);
        await grain.Work("work");
        await grain.Leave("left");
        await Probe.Soon(grain.Work("again"));
        Assert.Equal(
            ["activate", "work", "left", "deactivate ApplicationRequested", "activate", "again"], Probe.Notes(key));
    }

    [Fact]
    public async Task A_grain_that_asks_for_its_end_while_it_begins_is_left_at_once_without_a_deactivation()
    {
        string key = NewKey();
        Probe.Note($"{key}.plan", "leave-activation-once");
        ILifeGrain grain = Grains.GetGrain<ILifeGrain>(key);
        await Probe.Soon(grain.Work("work"));
        await Probe.Soon(grain.Work("more"));
        Assert.Equal(["told to end", "activate", "work", "more"], Probe.Notes(key));
    }

    [Fact]
    public async Task Calls_to_a_grain_that_asks_for_its_end_whenever_it_begins_are_refused()
    {
        string key = NewKey();
        Probe.Note($"{key}.plan", "leave-activation");
        Probe.Open($"{key}.beginning");
        await Assert.ThrowsAsync<OrleansMessageRejectionException>(() => Probe.Soon(Grains.GetGrain<ILifeGrain>(key).Work("work")));
        Assert.DoesNotContain("work", Probe.Notes(key));
    }

    [Fact]
    public async Task A_new_activation_begins_after_the_old_one_has_ended()
    {
        string key = NewKey();
        Probe.Note($"{key}.plan", "hold-deactivation");
        ILifeGrain grain = Grains.GetGrain<ILifeGrain>(key);
        await grain.Leave("left");
        await Probe.Reached($"{key}.deactivating");
        Task call = grain.Work("again");
        Assert.Equal(["activate", "left"], Probe.Notes(key));
        Probe.Open($"{key}.deactivation");
        await Probe.Soon(call);
        Assert.Equal(["activate", "left", "deactivate ApplicationRequested", "activate", "again"], Probe.Notes(key));
    }

    [Fact]
    public async Task A_grain_ends_after_its_running_calls_and_waiting_ones_go_to_the_next()
    {
        string key = NewKey();
        ILifeGrain grain = Grains.GetGrain<ILifeGrain>(key);
        Task running = grain.Hold();
        await Probe.Reached($"{key}.holding");
        Task waiting = grain.Work("waited");
        await grain.LeaveBeside("asked");
        Probe.Open($"{key}.hold");
        await Probe.Soon(Task.WhenAll(running, waiting));
        Assert.Equal(
            ["activate", "asked", "held", "deactivate ApplicationRequested", "activate", "waited"], Probe.Notes(key));
    }

    [Fact]
    public async Task A_fault_of_deactivation_does_not_keep_the_next_activation_away()
    {
        string key = NewKey();
        Probe.Note($"{key}.plan", "fail-deactivation");
        ILifeGrain grain = Grains.GetGrain<ILifeGrain>(key);
        await grain.Leave("left");
        await Probe.Soon(grain.Work("again"));
        Assert.Equal(["activate", "left", "activate", "again"], Probe.Notes(key));
    }

    [Fact]
    public async Task A_grain_can_call_others_while_it_begins_and_ends()
    {
        string key = NewKey();
        string other = NewKey();
        Probe.Note($"{key}.plan", $"call-{other}");
        ILifeGrain grain = Grains.GetGrain<ILifeGrain>(key);
        await grain.Leave("left");
        await Probe.Soon(grain.Work("again"));
        Assert.Equal(["activate", "from activation", "from deactivation", "from activation"], Probe.Notes(other));
    }

    [Fact]
    public async Task Each_activation_has_its_own_scoped_services_and_disposes_them()
    {
        string key = NewKey();
        IScopedGrain grain = Grains.GetGrain<IScopedGrain>(key);
        string first = await grain.Scope();
        Assert.NotEqual(first, await Grains.GetGrain<IScopedGrain>(NewKey()).Scope());
        Assert.Equal(first, await grain.Scope());
        await grain.Leave();
        Assert.NotEqual(first, await Probe.Soon(grain.Scope()));
        await Probe.Reached($"{first}.disposed");
    }

    [Theory]
    [InlineData("Turnstile.Engine.Tests.DisposedGrain")]
    [InlineData("Turnstile.Engine.Tests.DisposedLaterGrain")]
    public async Task A_grain_that_can_be_disposed_is_disposed_after_its_deactivation(string grainClass)
    {
        string key = NewKey();
        await Grains.GetGrain<IDisposableGrain>(key, grainClass).Leave();
        await Probe.Reached($"{key}.disposed");
        Assert.Equal(["deactivate", "dispose"], Probe.Notes(key));
    }

    [Theory]
    [InlineData("Turnstile.Engine.Tests.DisposedGrain")]
    [InlineData("Turnstile.Engine.Tests.DisposedLaterGrain")]
    public async Task A_grain_that_asks_for_its_end_while_it_begins_is_disposed_too(string grainClass)
    {
        string key = NewKey();
        Probe.Note($"{key}.plan", "leave-activation");
        await Probe.Soon(Grains.GetGrain<IDisposableGrain>(key, grainClass).Leave());
        await Probe.Reached($"{key}.disposed");
        Assert.Equal("dispose", Probe.Notes(key)[0]);
    }

    [Fact]
    public async Task Stopping_the_silo_does_not_wait_for_grains_that_are_being_activated()
    {
        var probe = new Probe();
        probe.Note("a.plan", "hold-activation");
        EngineSilo silo = await EngineSilo.Start(builder => builder.ConfigureProbe(probe));
        await using (silo)
        {
            await silo.Grains.GetGrain<ILifeGrain>("a").Touch();
            await probe.Reached("a.activating");
            await Probe.Soon(silo.Stop());
        }

        Assert.Empty(probe.Notes("a"));
    }

    [Fact]
    public async Task Stopping_the_silo_deactivates_its_grains()
    {
        var probe = new Probe();
        EngineSilo silo = await EngineSilo.Start(builder => builder.ConfigureProbe(probe));
        await using (silo)
        {
            await silo.Grains.GetGrain<ILifeGrain>("a").Work("work");
            await silo.Grains.GetGrain<ILifeGrain>("b").Work("work");
            await Probe.Soon(silo.Stop());
        }

        Assert.Equal(["activate", "work", "deactivate ShuttingDown"], probe.Notes("a"));
        Assert.Equal(["activate", "work", "deactivate ShuttingDown"], probe.Notes("b"));
    }
}
