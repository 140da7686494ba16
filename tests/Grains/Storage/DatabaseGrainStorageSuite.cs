using Orleans.Storage;
using Turnstile.Grains.Storage;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Storage;

public sealed class DatabaseGrainStorageOnSqlite() : DatabaseGrainStorageSuite(new SqliteHome());

[OnPostgres]
public sealed class DatabaseGrainStorageOnPostgres() : DatabaseGrainStorageSuite(new PostgresHome());

public abstract class DatabaseGrainStorageSuite(StoreHome home) : StorageSuite(home)
{
    private static readonly GrainId Grain = GrainId.Create("lane", "1");

    [DatabaseFact]
    public async Task A_grain_without_a_record_starts_with_a_new_state()
    {
        IGrainStorage storage = await Storage();
        GrainState<Lane> found = await Read(storage);
        Assert.False(found.RecordExists);
        Assert.Null(found.ETag);
        Assert.Empty(found.State!.Waiting);
    }

    [DatabaseFact]
    public async Task What_a_grain_writes_its_next_activation_reads()
    {
        IGrainStorage storage = await Storage();
        GrainState<Lane> first = await Read(storage);
        first.State = new Lane { Floor = 17, Waiting = ["whale", "mouse"] };
        await storage.WriteStateAsync("state", Grain, first);

        GrainState<Lane> next = await Read(storage);
        Assert.True(next.RecordExists);
        Assert.Equal(first.ETag, next.ETag);
        Assert.Equal(17, next.State!.Floor);
        Assert.Equal(["whale", "mouse"], next.State.Waiting);
    }

    [DatabaseFact]
    public async Task An_activation_that_is_not_the_last_to_write_is_told()
    {
        IGrainStorage storage = await Storage();
        GrainState<Lane> one = await Read(storage);
        GrainState<Lane> other = await Read(storage);
        await storage.WriteStateAsync("state", Grain, one);
        var failure = await Assert.ThrowsAsync<InconsistentStateException>(
            () => storage.WriteStateAsync("state", Grain, other));
        Assert.Equal(one.ETag, failure.StoredEtag);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("state", Grain, other));
    }

    [DatabaseFact]
    public async Task A_cleared_state_is_gone_and_can_be_written_anew()
    {
        IGrainStorage storage = await Storage();
        GrainState<Lane> lane = await Read(storage);
        await storage.ClearStateAsync("state", Grain, lane);
        lane.State = new Lane { Floor = 3 };
        await storage.WriteStateAsync("state", Grain, lane);
        await storage.ClearStateAsync("state", Grain, lane);
        Assert.False(lane.RecordExists);
        Assert.Equal(0, lane.State!.Floor);
        Assert.False((await Read(storage)).RecordExists);
        await storage.WriteStateAsync("state", Grain, lane);
        Assert.True((await Read(storage)).RecordExists);
    }

    private static async Task<GrainState<Lane>> Read(IGrainStorage storage)
    {
        var state = new GrainState<Lane>();
        await storage.ReadStateAsync("state", Grain, state);
        return state;
    }

    private async Task<IGrainStorage> Storage() => new DatabaseGrainStorage(new GrainStateStore(await Open(), Time));

    public sealed class Lane
    {
        public long Floor { get; set; }

        public List<string> Waiting { get; set; } = [];
    }
}
