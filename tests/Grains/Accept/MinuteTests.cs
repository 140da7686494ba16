using Turnstile.Accept;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Accept;

public sealed class MinuteTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("turnstile-accept-").FullName;

    private long Minute => _time.GetUtcNow().ToUnixTimeSeconds() / 60 * 60;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_record_is_the_number_of_distinct_ids()
    {
        await using AcceptSilo silo = await AcceptSilo.Start(_folder, _time);
        long minute = Minute;
        await silo.Add(minute, 1, 2, 2, 3);
        await silo.Add(minute, 3, 4, 0, long.MinValue);
        Assert.Equal(6, await silo.Count(minute));
        _time.Advance(TimeSpan.FromSeconds(60));
        await silo.Add(Minute, 1);
        _time.Advance(TimeSpan.FromSeconds(5));
        await silo.CloseDue();
        Assert.Equal(6, (await silo.Records())[minute]);
        Assert.Equal(6, await silo.Count(minute));
        Assert.Equal(1, await silo.Count(Minute));
    }

    [Fact]
    public async Task Late_ids_are_counted_in_their_minute_within_the_grace_and_refused_after_it()
    {
        await using AcceptSilo silo = await AcceptSilo.Start(_folder, _time);
        long minute = Minute;
        Assert.Equal(AddOutcome.Counted, await silo.Add(minute, 1));
        _time.Advance(TimeSpan.FromSeconds(64));
        await silo.CloseDue();
        Assert.DoesNotContain(minute, (await silo.Records()).Keys);
        Assert.Equal(AddOutcome.Counted, await silo.Add(minute, 2));
        _time.Advance(TimeSpan.FromSeconds(1));
        await silo.CloseDue();
        Assert.Equal(AddOutcome.MinuteClosed, await silo.Add(minute, 3));
        await silo.CloseDue();
        Assert.Equal(2, (await silo.Records())[minute]);
    }

    [Fact]
    public async Task A_minute_of_a_clock_that_is_ahead_is_refused()
    {
        await using AcceptSilo silo = await AcceptSilo.Start(_folder, _time);
        Assert.Equal(AddOutcome.MinuteAhead, await silo.Add(Minute + 60, 1));
        _time.Advance(TimeSpan.FromSeconds(55));
        Assert.Equal(AddOutcome.Counted, await silo.Add(Minute + 60, 1));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    public async Task A_minute_goes_on_after_a_restart_with_as_many_shards_or_others(int shardsAfter)
    {
        long minute = Minute;
        await using (AcceptSilo silo = await AcceptSilo.Start(_folder, _time))
            await silo.Add(minute, Enumerable.Range(0, 1_000).Select(id => (long)id));

        await using AcceptSilo next = await AcceptSilo.Start(_folder, _time, shardsAfter);
        await next.Add(minute, Enumerable.Range(500, 1_000).Select(id => (long)id));
        _time.Advance(TimeSpan.FromSeconds(65));
        await next.CloseDue();
        Assert.Equal(1_500, (await next.Records())[minute]);
    }

    [Fact]
    public async Task A_minute_that_was_sealed_by_a_process_that_died_is_recorded_by_the_next()
    {
        long minute = Minute;
        await using (AcceptSilo silo = await AcceptSilo.Start(_folder, _time))
        {
            await silo.Add(minute, 1, 2, 3);
            await silo.Store.Seal(minute);
        }

        await using AcceptSilo next = await AcceptSilo.Start(_folder, _time);
        Assert.Equal(3, (await next.Records())[minute]);
    }

    [Fact]
    public async Task Ids_on_disk_twice_count_once()
    {
        await using AcceptSilo silo = await AcceptSilo.Start(_folder, _time);
        long minute = Minute;
        await silo.Add(minute, 1, 2);

        // What is left of an activation that wrote, and was replaced before it was told so.
        await silo.Store.Add(new Turnstile.Grains.Accept.Ids.IdBatch(minute, ShardKey.Holding(2, 3).Value, [2, 3]));
        _time.Advance(TimeSpan.FromSeconds(65));
        await silo.CloseDue();
        Assert.Equal(3, (await silo.Records())[minute]);
    }

    [Fact]
    public async Task The_minutes_of_a_short_outage_have_records_of_zero_and_those_of_a_long_one_the_last_hour()
    {
        long before = Minute;
        await using (AcceptSilo silo = await AcceptSilo.Start(_folder, _time))
            await silo.Add(before, 1);

        _time.Advance(TimeSpan.FromMinutes(4));
        await using (AcceptSilo silo = await AcceptSilo.Start(_folder, _time))
            Assert.Equal([1, 0, 0], (await silo.Records()).Where(record => record.Key >= before).Select(record => record.Value));

        _time.Advance(TimeSpan.FromDays(3));
        await using AcceptSilo last = await AcceptSilo.Start(_folder, _time);
        Assert.Equal(60, (await last.Records()).Count(record => record.Key > before + 600));
    }

    [Fact]
    public async Task What_closes_minutes_may_be_called_by_many_at_once()
    {
        await using AcceptSilo silo = await AcceptSilo.Start(_folder, _time);
        long minute = Minute;
        await silo.Add(minute, 1, 2);
        _time.Advance(TimeSpan.FromMinutes(3));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => silo.CloseDue()));
        Assert.Equal([2, 0], (await silo.Records()).Where(record => record.Key >= minute).Select(record => record.Value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_races_with_closing_each_record_is_the_number_of_distinct_ids_answered_as_counted(int seed)
    {
        var random = new Random(seed);
        await using AcceptSilo silo = await AcceptSilo.Start(_folder, _time);
        var calls = new List<(long Minute, long Id, Task<AddOutcome> Outcome)>();
        int moved = 0;
        for (int i = 0; i < 2_000; i++)
        {
            long minute = Minute - (random.Next(4) == 0 ? 60 : 0);
            long id = random.Next(300);
            calls.Add((minute, id, silo.Add(minute, id)));
            if (random.Next(50) == 0)
            {
                // No call shall see more than two moves: a minute of silence is a fault to the engine.
                await Task.WhenAll(calls.Take(moved).Select(call => call.Outcome));
                moved = calls.Count;
                _time.Advance(TimeSpan.FromSeconds(random.Next(14)));
            }

            if (random.Next(50) == 0)
                _ = silo.CloseDue();
            if (random.Next(20) == 0)
                await calls[random.Next(calls.Count)].Outcome;
        }

        await Task.WhenAll(calls.Select(call => call.Outcome));
        _time.Advance(TimeSpan.FromMinutes(2));
        await silo.CloseDue();
        await silo.CloseDue();
        var counted = new Dictionary<long, HashSet<long>>();
        foreach ((long minute, long id, Task<AddOutcome> outcome) in calls)
        {
            if (await outcome == AddOutcome.Counted)
                (counted.TryGetValue(minute, out HashSet<long>? ids) ? ids : counted[minute] = []).Add(id);
        }

        var records = await silo.Records();
        Assert.All(counted, minute => Assert.Equal(minute.Value.Count, records[minute.Key]));
        Assert.All(records, record => Assert.True(record.Value == 0 || counted.ContainsKey(record.Key)));
    }

    [Fact]
    public async Task The_view_is_this_minute_so_far_and_the_last_records_newest_first()
    {
        await using AcceptSilo silo = await AcceptSilo.Start(_folder, _time);
        long minute = Minute;
        await silo.Add(minute, 1, 2);
        _time.Advance(TimeSpan.FromSeconds(66));
        await silo.CloseDue();
        await silo.Add(Minute, 3);
        MinutesView view = await silo.View();
        Assert.Equal(new MinuteRecord { Minute = minute + 60, UniqueIds = 1 }, view.Current);
        Assert.Equal(new MinuteRecord { Minute = minute, UniqueIds = 2 }, view.History[0]);
    }
}
