using Turnstile.Grains.Storage;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Storage;

public sealed class GrainStatesOnSqlite() : GrainStateSuite(new SqliteHome());

[OnPostgres]
public sealed class GrainStatesOnPostgres() : GrainStateSuite(new PostgresHome());

public abstract class GrainStateSuite(StoreHome home) : StorageSuite(home)
{
    [DatabaseFact]
    public async Task A_state_is_written_read_replaced_and_cleared()
    {
        GrainStateStore store = await Store();
        Assert.Null(await store.Read("widget/1", "state"));

        long first = (await store.Write("widget/1", "state", "{}", 0)).GetValueOrDefault();
        Assert.Equal(new StoredState("{}", first), await store.Read("widget/1", "state"));

        long second = (await store.Write("widget/1", "state", """{"Peer":2}""", first)).GetValueOrDefault();
        Assert.True(second > first);
        Assert.Equal(new StoredState("""{"Peer":2}""", second), await store.Read("widget/1", "state"));
        Assert.Null(await store.Read("widget/1", "other"));

        Assert.True(await store.Clear("widget/1", "state", second));
        Assert.Null(await store.Read("widget/1", "state"));
    }

    [DatabaseFact]
    public async Task An_outdated_version_changes_nothing()
    {
        GrainStateStore store = await Store();
        long first = (await store.Write("widget/1", "state", "1", 0)).GetValueOrDefault();
        long second = (await store.Write("widget/1", "state", "2", first)).GetValueOrDefault();
        Assert.Null(await store.Write("widget/1", "state", "outdated", first));
        Assert.Null(await store.Write("widget/1", "state", "new", 0));
        Assert.False(await store.Clear("widget/1", "state", first));
        Assert.Null(await store.Write("widget/2", "state", "was cleared", first));
        Assert.Equal(new StoredState("2", second), await store.Read("widget/1", "state"));
    }

    [DatabaseFact]
    public async Task A_version_of_before_a_clear_never_fits_again()
    {
        GrainStateStore store = await Store();
        long before = (await store.Write("widget/1", "state", "before", 0)).GetValueOrDefault();
        await store.Clear("widget/1", "state", before);
        await store.Write("widget/1", "state", "after", 0);
        Assert.Null(await store.Write("widget/1", "state", "from before", before));
    }

    [DatabaseFact]
    public async Task Of_two_activations_that_write_at_once_one_wins()
    {
        Database database = await Open();
        var store = new GrainStateStore(database, Time);
        long version = (await store.Write("widget/1", "state", "0", 0)).GetValueOrDefault();
        using WritingPause pause = await WritingPause.Begin(database);
        Task<long?>[] writes =
            [.. Enumerable.Range(1, 10).Select(i => store.Write("widget/1", "state", $"{i}", version))];
        pause.End();
        long? won = Assert.Single(await Task.WhenAll(writes).WaitAsync(Patience), outcome => outcome is not null);
        Assert.Equal(won, (await store.Read("widget/1", "state"))?.Version);
    }

    [DatabaseFact]
    public async Task Many_grains_write_at_once()
    {
        GrainStateStore store = await Store();
        long?[] versions = await Task.WhenAll(
            Enumerable.Range(0, 1000).Select(i => store.Write($"widget/{i}", "state", $"{i}", 0)));
        versions = await Task.WhenAll(
            versions.Select((version, i) => store.Write($"widget/{i}", "state", $"-{i}", version!.Value)));
        Assert.All(versions, version => Assert.NotNull(version));
        Assert.Equal("-999", (await store.Read("widget/999", "state"))?.Json);
    }

    private async Task<GrainStateStore> Store() => new(await Open(), Time);
}
