using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Turnstile.Engine.Tests;

/// <summary>What a grain may rely on about its stored state.</summary>
public sealed class StateTests(EngineFixture engine) : EngineTest(engine)
{
    [Fact]
    public async Task Without_a_record_a_grain_begins_with_a_new_state()
    {
        IStateGrain grain = Grains.GetGrain<IStateGrain>(NewKey());
        Assert.Equal(new Seen { Text = "", Count = 0, Exists = false, HasETag = false }, await grain.See());
    }

    [Fact]
    public async Task A_written_state_is_there_in_the_next_activation()
    {
        IStateGrain grain = Grains.GetGrain<IStateGrain>(NewKey());
        await grain.Set("kept", 7, write: true);
        await grain.Leave();
        var kept = new Seen { Text = "kept", Count = 7, Exists = true, HasETag = true };
        Assert.Equal(kept, await Probe.Soon(grain.See()));
    }

    [Fact]
    public async Task A_state_that_was_not_written_is_gone_with_the_activation()
    {
        IStateGrain grain = Grains.GetGrain<IStateGrain>(NewKey());
        await grain.Set("kept", 1, write: true);
        await grain.Set("lost", 2, write: false);
        Assert.Equal("lost", (await grain.See()).Text);
        await grain.Leave();
        Assert.Equal("kept", (await Probe.Soon(grain.See())).Text);
    }

    [Fact]
    public async Task Reading_again_takes_back_what_was_not_written()
    {
        IStateGrain grain = Grains.GetGrain<IStateGrain>(NewKey());
        await grain.Set("kept", 1, write: true);
        await grain.Set("lost", 2, write: false);
        await grain.ReadAgain();
        Assert.Equal("kept", (await grain.See()).Text);
    }

    [Fact]
    public async Task A_cleared_state_has_no_record_and_can_be_written_again()
    {
        IStateGrain grain = Grains.GetGrain<IStateGrain>(NewKey());
        await grain.Set("kept", 1, write: true);
        await grain.Clear();
        Assert.False((await grain.See()).Exists);
        await grain.Leave();
        Assert.Equal(new Seen(), await Probe.Soon(grain.See()));
        await grain.Set("back", 2, write: true);
        Assert.True((await grain.See()).Exists);
    }

    [Fact]
    public async Task Two_states_of_one_grain_are_kept_apart()
    {
        IStateGrain grain = Grains.GetGrain<IStateGrain>(NewKey());
        await grain.Set("first", 1, write: true);
        await grain.SetSecond("second");
        await grain.Leave();
        Assert.Equal("first", (await Probe.Soon(grain.See())).Text);
        Assert.Equal("second", await grain.SeeSecond());
    }

    [Fact]
    public async Task A_grain_whose_state_is_out_of_date_is_told_and_begins_anew()
    {
        string key = NewKey();
        IFailingStateGrain grain = Grains.GetGrain<IFailingStateGrain>(key);
        string first = await grain.Activation();
        Probe.Reach($"{key}.inconsistent");
        await Assert.ThrowsAsync<InconsistentStateException>(() => Probe.Soon(grain.Write()));
        Assert.NotEqual(first, await Probe.Soon(grain.Activation()));
    }

    [Fact]
    public async Task A_fault_of_the_storage_reaches_the_caller_and_the_activation_stays()
    {
        string key = NewKey();
        IFailingStateGrain grain = Grains.GetGrain<IFailingStateGrain>(key);
        string first = await grain.Activation();
        Probe.Reach($"{key}.full");
        OrleansException fault = await Assert.ThrowsAsync<OrleansException>(() => Probe.Soon(grain.Write()));
        Assert.IsType<OutOfStockException>(fault.InnerException);
        Assert.Equal(first, await grain.Activation());
    }

    [Fact]
    public async Task A_grain_whose_state_cannot_be_read_is_not_activated()
    {
        string key = NewKey();
        Probe.Reach($"{key}.unreadable");
        IFailingStateGrain grain = Grains.GetGrain<IFailingStateGrain>(key);
        OrleansException fault = await Assert.ThrowsAsync<OrleansException>(() => Probe.Soon(grain.Activation()));
        Assert.IsType<OutOfStockException>(fault.InnerException);
    }
}
