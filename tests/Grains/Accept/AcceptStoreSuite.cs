using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Turnstile.Accept;
using Turnstile.Grains.Accept;
using Turnstile.Grains.Accept.Ids;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Accept;

public sealed class AcceptStoreOnSqlite() : AcceptStoreSuite(new SqliteHome());

[OnPostgres]
public sealed class AcceptStoreOnPostgres() : AcceptStoreSuite(new PostgresHome());

public abstract class AcceptStoreSuite(StoreHome home) : StorageSuite(home), IAsyncLifetime
{
    private const long Shard = 65_536;

    private readonly List<AcceptStore> _stores = [];

    [DatabaseFact]
    public async Task Stored_ids_are_read_back_by_their_shard_and_by_their_minute()
    {
        AcceptStore store = await OpenStore();
        Assert.True(await store.Add(new IdBatch(60, Shard, [1, long.MinValue])));
        Assert.True(await store.Add(new IdBatch(60, Shard + 1, [2])));
        Assert.True(await store.Add(new IdBatch(120, Shard, [3])));

        Assert.Equal([1, long.MinValue, 3], await Ids(store.OfShard(Shard, 0)));
        Assert.Equal([3], await Ids(store.OfShard(Shard, 60)));
        Assert.Equal([1, long.MinValue, 2], await Ids(store.OfMinute(60)));
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
        await store.DropIds(60);
        await store.DropRecords(60);
        Assert.Equal(0, await store.SumOfMinute(60));
        Assert.Equal(1, await store.SumOfMinute(120));
        Assert.Equal([Record(120, 1)], await store.RecordsAfter(0, 10));
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        foreach (AcceptStore store in _stores)
            await store.DisposeAsync();
        await DisposeAsync();
    }

    private static MinuteRecord Record(long minute, long ids) => new() { Minute = minute, UniqueIds = ids };

    private static async Task<List<long>> Ids(IAsyncEnumerable<StoredBatch> batches)
    {
        var ids = new List<long>();
        await foreach (StoredBatch batch in batches)
            ids.AddRange(IdBytes.Read(batch.Ids));
        return ids;
    }

    private async Task<AcceptStore> OpenStore()
    {
        var options = new StorageOptions();
        Home.Configure(options);
        Database database = Make();
        IIdStore ids = database.Dialect == Dialect.Sqlite
            ? new IdFiles(database, Options.Create(options), new StorageTelemetry(Meters, Time), NullLogger<IdFiles>.Instance)
            : new IdTable(database);
        var store = new AcceptStore(database, ids);
        await database.Start();
        await store.Open();
        _stores.Add(store);
        return store;
    }

    /// <summary>Another process on PostgreSQL; on SQLite there is none.</summary>
    private Task<AcceptStore> OpenOther() => Home is PostgresHome ? OpenStore() : Task.FromResult(_stores[0]);
}
