using Turnstile.Accept;
using Turnstile.Grains.Accept;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Accept;

public sealed class AcceptStoreOnSqlite() : AcceptStoreSuite(new SqliteHome());

[OnPostgres]
public sealed class AcceptStoreOnPostgres() : AcceptStoreSuite(new PostgresHome());

public abstract class AcceptStoreSuite(StoreHome home) : StorageSuite(home)
{
    private const long Shard = 65_536;

    [DatabaseFact]
    public async Task Stored_ids_are_read_back_by_their_shard_and_by_their_minute()
    {
        AcceptStore store = await OpenStore();
        Assert.True(await store.Add(new IdBatch(60, Shard, [1, long.MinValue])));
        Assert.True(await store.Add(new IdBatch(60, Shard + 1, [2])));
        Assert.True(await store.Add(new IdBatch(120, Shard, [3])));

        Assert.Equal([1, long.MinValue, 3], Ids(await store.PageShard(Shard, 0, 0, 10)));
        Assert.Equal([3], Ids(await store.PageShard(Shard, 60, 0, 10)));
        Assert.Equal([1, long.MinValue, 2], Ids(await store.PageMinute(60, 0, 10)));
        Assert.Equal(3, await store.SumOfMinute(60));
        Assert.Equal(0, await store.SumOfMinute(180));
        Assert.Equal([60, 120], await store.MinutesWithIds(0, 180));
    }

    [DatabaseFact]
    public async Task Nothing_is_added_to_a_sealed_minute_and_a_seal_is_never_lifted()
    {
        AcceptStore store = await OpenStore();
        await store.Seal(120);
        await store.Seal(60);
        Assert.False(await store.Add(new IdBatch(120, Shard, [1])));
        Assert.True(await store.Add(new IdBatch(180, Shard, [1])));
        Assert.Equal(0, await store.SumOfMinute(120));
        Assert.Equal(new AcceptClock(120, 0), await store.Clock());
    }

    [DatabaseFact]
    public async Task Of_the_ids_that_race_with_the_seal_exactly_the_stored_ones_are_told_so()
    {
        AcceptStore store = await OpenStore();
        AcceptStore other = await OpenOther();
        var adds = new List<Task<bool>>();
        Task? seal = null;
        for (int i = 0; i < 400; i++)
        {
            adds.Add((i % 2 == 0 ? store : other).Add(new IdBatch(60, Shard, [i])));
            if (i == 200)
                seal = store.Seal(60);
            if (i % 20 == 0)
                await adds[^1];
        }

        bool[] stored = await Task.WhenAll(adds).WaitAsync(Patience);
        await seal!;
        Assert.Equal(stored.Count(added => added), await store.SumOfMinute(60));
        Assert.False(stored[^1]);
    }

    [DatabaseFact]
    public async Task A_minute_is_recorded_once_whoever_does_it()
    {
        AcceptStore store = await OpenStore();
        await store.Record([Record(60, 5)], 60, Time.GetUtcNow());
        await store.Record([Record(60, 6), Record(120, 7)], 120, Time.GetUtcNow());
        await store.Record([Record(120, 8)], 120, Time.GetUtcNow());
        Assert.Equal([Record(60, 5), Record(120, 7)], await store.RecordsAfter(0, 10));
        Assert.Equal([Record(120, 7)], await store.LastRecords(1));
        Assert.Equal(120, (await store.Clock()).RecordedThrough);
    }

    [DatabaseFact]
    public async Task A_new_writer_begins_with_the_next_record_and_a_cursor_never_goes_back()
    {
        AcceptStore store = await OpenStore();
        await store.Record([Record(60, 5)], 60, Time.GetUtcNow());
        await store.AddWriter("file");
        await store.MoveWriter(new WriterCursor("file", 120));
        await store.MoveWriter(new WriterCursor("file", 60));
        await store.AddWriter("file");
        await store.AddWriter("log");
        Assert.Equal(120, (await store.FindWriter("file"))?.DeliveredThrough);
        Assert.Equal(60, (await store.FindWriter("log"))?.DeliveredThrough);
        Assert.Null(await store.FindWriter("kafka"));
    }

    [DatabaseFact]
    public async Task Dropping_takes_whole_minutes_and_leaves_later_ones()
    {
        AcceptStore store = await OpenStore();
        await Task.WhenAll(Enumerable.Range(0, 450).Select(id => store.Add(new IdBatch(60, Shard, [id]))));
        await store.Add(new IdBatch(120, Shard, [1]));
        await store.Record([Record(60, 450), Record(120, 1)], 120, Time.GetUtcNow());
        await store.DropBatches(60);
        await store.DropRecords(60);
        Assert.Equal(0, await store.SumOfMinute(60));
        Assert.Equal(1, await store.SumOfMinute(120));
        Assert.Equal([Record(120, 1)], await store.RecordsAfter(0, 10));
    }

    private static MinuteRecord Record(long minute, long ids) => new() { Minute = minute, UniqueIds = ids };

    private static List<long> Ids(List<StoredBatch> batches) =>
        [.. batches.SelectMany(batch => IdBytes.Read(batch.Ids).ToArray())];

    private async Task<AcceptStore> OpenStore()
    {
        Database database = Make();
        var store = new AcceptStore(database);
        await database.Start();
        _first = store;
        return store;
    }

    private AcceptStore? _first;

    /// <summary>Another process on PostgreSQL; on SQLite there is none.</summary>
    private Task<AcceptStore> OpenOther() => Home is PostgresHome ? OpenStore() : Task.FromResult(_first!);
}
