using System.Diagnostics;
using System.Threading.Channels;
using Turnstile.Accept;
using Turnstile.Api.Accept;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Accept;

public sealed class ShardLaneTests : IDisposable
{
    private const long Minute = 60;

    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();
    private readonly ShardLane _lane;

    public ShardLaneTests() => _lane = new ShardLane(null!, new LaneLimits(8, 20, GatherTime), Send, _time);

    public void Dispose() => _lane.Dispose();

    [Fact]
    public async Task Who_asks_alone_does_not_wait_for_company()
    {
        for (long id = 1; id <= 3; id++)
        {
            ValueTask<bool> counted = _lane.Add(Minute, id);
            Call call = await Next();
            Assert.Equal([id], call.Ids);
            call.End(counted: true);
            Assert.True(await counted);
        }
    }

    [Fact]
    public async Task Those_who_come_while_a_call_is_on_its_way_go_together_with_the_next()
    {
        ValueTask<bool> first = _lane.Add(Minute, 1);
        Call call = await Next();
        Task<bool>[] others = Add(2, 3, 4, 5, 6);
        call.End(counted: false);
        Assert.False(await first);

        Call next = await Next();
        Assert.Equal([2, 3, 4, 5, 6], next.Ids);
        next.End(counted: true);
        Assert.All(await Task.WhenAll(others), Assert.True);
    }

    [Fact]
    public async Task Fewer_than_half_of_those_who_asked_last_wait_for_company_and_no_longer_than_the_gather_time()
    {
        ValueTask<bool> first = _lane.Add(Minute, 1);
        Call call = await Next();
        Task<bool>[] others = Add(2, 3, 4, 5, 6);
        call.End(counted: true);
        (await Next()).End(counted: true);
        await Task.WhenAll([first.AsTask(), .. others]);

        Task<bool>[] few = Add(7);
        await Patient();
        _time.Advance(GatherTime);

        Call late = await Next();
        Assert.Equal([7], late.Ids);
        late.End(counted: true);
        Assert.True(await few[0]);
    }

    [Fact]
    public async Task Where_a_call_takes_longer_than_the_gather_time_all_who_ask_go_together()
    {
        ValueTask<bool> first = _lane.Add(Minute, 1);
        Call slow = await Next();
        Task<bool>[] others = Add(2, 3, 4);
        _time.Advance(GatherTime * 2);
        slow.End(counted: true);
        Assert.True(await first);

        // Three of the four wait; the fourth is back with another id.
        await Patient();
        others = [.. others, .. Add(5)];

        Call all = await Next();
        Assert.Equal([2, 3, 4, 5], all.Ids);
        all.End(counted: true);
        Assert.All(await Task.WhenAll(others), Assert.True);
    }

    [Fact]
    public async Task A_call_holds_one_minute_and_no_more_than_its_limit_and_those_beyond_the_lane_s_are_refused()
    {
        ValueTask<bool> first = _lane.Add(Minute, 0);
        Call call = await Next();
        Task<bool>[] waiting = Add([.. Enumerable.Range(1, 10).Select(id => (long)id)]);
        Task<bool>[] later = [.. Enumerable.Range(1, 10).Select(id => _lane.Add(Minute + 60, id).AsTask())];
        Assert.False(await _lane.Add(Minute, 99));

        call.End(counted: true);
        Assert.True(await first);
        foreach ((long minute, int ids) in new[] { (Minute, 8), (Minute, 2), (Minute + 60, 8) })
            await Expect(minute, ids);

        await Patient();
        _time.Advance(GatherTime);
        await Expect(Minute + 60, 2);
        Assert.All(await Task.WhenAll([.. waiting, .. later]), Assert.True);
    }

    private async Task Expect(long minute, int ids)
    {
        Call next = await Next();
        Assert.Equal((minute, ids), (next.Minute, next.Ids.Length));
        next.End(counted: true);
    }

    /// <summary>Waits until the lane waits for company.</summary>
    private async Task Patient()
    {
        long start = Stopwatch.GetTimestamp();
        while (_time.Waiting == 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"Waited {Patience} for the lane to gather.");
            await Task.Yield();
        }
    }

    private Task<bool>[] Add(params long[] ids) => [.. ids.Select(id => _lane.Add(Minute, id).AsTask())];

    private async Task<Call> Next()
    {
        using var late = new CancellationTokenSource(Patience);
        try
        {
            return await _calls.Reader.ReadAsync(late.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"Waited {Patience} for a call to the shard.", e);
        }
    }

    private Task<bool> Send(IMinuteShardGrain shard, WaitingIds batch)
    {
        var end = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Writer.TryWrite(new Call(batch.Minute, [.. batch.Ids()], end));
        return end.Task;
    }

    private sealed record Call(long Minute, long[] Ids, TaskCompletionSource<bool> Ended)
    {
        public void End(bool counted) => Ended.SetResult(counted);
    }
}
