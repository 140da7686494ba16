using Orleans;
using Orleans.Runtime;

namespace Turnstile.Engine.Tests;

/// <summary>What a caller may rely on.</summary>
public sealed class CallTests(EngineFixture engine) : EngineTest(engine)
{
    [Fact]
    public async Task A_call_returns_what_the_grain_returns()
    {
        ICallGrain grain = Grains.GetGrain<ICallGrain>(NewKey());
        await grain.Nothing();
        await grain.NothingValue();
        Assert.Equal(3, await grain.Add(1, 2));
        Assert.Equal("ab", await grain.Join("a", "b"));
        Assert.Null(await grain.Join(null, null));
    }

    [Fact]
    public async Task A_message_arrives_as_it_was_sent()
    {
        var letter = new Letter { Text = "salut", Numbers = [1, 2, 3], Inner = new Letter { Text = "inner" } };
        Letter back = await Grains.GetGrain<ICallGrain>(NewKey()).Echo(letter);
        Assert.Equal(letter.Text, back.Text);
        Assert.Equal(letter.Numbers, back.Numbers);
        Assert.Equal("inner", back.Inner?.Text);
    }

    [Fact]
    public async Task A_method_of_a_base_interface_can_be_called()
    {
        INamed grain = Grains.GetGrain<ICallGrain>(NewKey());
        Assert.Equal(grain.GetPrimaryKeyString(), await grain.Name());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fault_keeps_its_type_and_message(bool afterAwait)
    {
        ICallGrain grain = Grains.GetGrain<ICallGrain>(NewKey());
        Task call = grain.Fail("no more spoons", afterAwait);
        OutOfStockException fault = await Assert.ThrowsAsync<OutOfStockException>(() => call);
        Assert.Equal("no more spoons", fault.Message);
        Assert.Equal(3, await grain.Add(1, 2));
    }

    [Fact]
    public async Task A_fault_passes_through_a_chain_of_grains()
    {
        ICallGrain last = Grains.GetGrain<ICallGrain>(NewKey());
        ICallGrain first = Grains.GetGrain<ICallGrain>(NewKey());
        Task call = first.FailThrough(last, "no forks");
        OutOfStockException fault = await Assert.ThrowsAsync<OutOfStockException>(() => call);
        Assert.Equal("no forks", fault.Message);
    }

    [Fact]
    public async Task A_reference_can_be_passed_and_called_by_another_grain()
    {
        ICallGrain target = Grains.GetGrain<ICallGrain>(NewKey());
        ICallGrain caller = Grains.GetGrain<ICallGrain>(NewKey());
        Assert.Equal(target.GetPrimaryKeyString(), await caller.NameOf(target));
    }

    [Fact]
    public async Task A_grain_can_hand_out_a_reference_to_itself()
    {
        ICallGrain grain = Grains.GetGrain<ICallGrain>(NewKey());
        ICallGrain self = await grain.Self();
        Assert.Equal(grain, self);
        Assert.Equal(grain.GetPrimaryKeyString(), await self.Name());
    }

    [Fact]
    public void References_to_one_grain_are_equal()
    {
        string key = NewKey();
        Assert.Equal(Grains.GetGrain<ICallGrain>(key), Grains.GetGrain<ICallGrain>(key));
        Assert.NotEqual(Grains.GetGrain<ICallGrain>(key), Grains.GetGrain<ICallGrain>(NewKey()));
    }

    [Fact]
    public async Task A_grain_knows_its_key_of_every_kind()
    {
        string text = NewKey();
        var guid = new Guid("01234567-89ab-cdef-0123-456789abcdef");
        Assert.Equal($"{text}|call/{text}", await Grains.GetGrain<ICallGrain>(text).Describe());
        Assert.Equal($"{guid}|guidkeyed/{guid:N}", await Grains.GetGrain<IGuidKeyedGrain>(guid).Describe());
        Assert.Equal("-5|integerkeyed/FFFFFFFFFFFFFFFB", await Grains.GetGrain<IIntegerKeyedGrain>(-5).Describe());
        Assert.Equal("7 more|compound/7+more", await Grains.GetGrain<ICompoundKeyedGrain>(7, "more", null).Describe());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void A_compound_key_of_one_part_is_refused(string extension) =>
        Assert.Throws<ArgumentException>(() => Grains.GetGrain<ICompoundKeyedGrain>(7, extension, null));

    [Fact]
    public async Task A_one_way_call_does_not_wait_for_the_grain()
    {
        string key = NewKey();
        ICallGrain grain = Grains.GetGrain<ICallGrain>(key);
        await Probe.Soon(grain.Tell(key, fails: false));
        Assert.False(Probe.HasReached($"{key}.done"));
        Probe.Open(key);
        await Probe.Reached($"{key}.done");
    }

    [Fact]
    public async Task The_fault_of_a_one_way_call_stays_with_the_grain()
    {
        string key = NewKey();
        ICallGrain grain = Grains.GetGrain<ICallGrain>(key);
        Probe.Open(key);
        await grain.Tell(key, fails: true);
        await Probe.Reached($"{key}.done");
        Assert.Equal(3, await grain.Add(1, 2));
    }

    [Fact]
    public async Task Request_context_flows_down_the_calls_and_not_back()
    {
        ICallGrain first = Grains.GetGrain<ICallGrain>(NewKey());
        ICallGrain second = Grains.GetGrain<ICallGrain>(NewKey());
        RequestContext.Set("who", "Ada");
        Assert.Equal("Ada", await first.ContextThrough(second, "who"));
        await first.SetContext("who", "Bob");
        Assert.Equal("Ada", RequestContext.Get("who"));
        RequestContext.Clear();
        Assert.Null(await first.ContextThrough(second, "who"));
    }

    [Fact]
    public async Task A_waiting_call_does_not_see_the_request_context_of_the_one_before()
    {
        string key = NewKey();
        ITurnGrain grain = Grains.GetGrain<ITurnGrain>(key);
        Task held = grain.Hold("held");
        await Probe.Reached($"{key}.held");
        RequestContext.Set("who", "Ada");
        Task set = grain.SetLocal("mine");
        RequestContext.Clear();
        Task<string?> local = grain.GetLocal();
        Task<string?> who = grain.GetContext("who");
        Probe.Open($"{key}.held");
        await Probe.Soon(Task.WhenAll(held, set, local, who));
        Assert.Null(await local);
        Assert.Null(await who);
    }

    [Fact]
    public async Task Many_calls_at_once_all_get_their_own_answer()
    {
        ICallGrain[] grains = [.. Enumerable.Range(0, 10).Select(_ => Grains.GetGrain<ICallGrain>(NewKey()))];
        int[] sums = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => grains[i % 10].Add(i, i)));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => i + i), sums);
    }
}
