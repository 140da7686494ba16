using Turnstile.Grains.Storage;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Storage;

public sealed class MigrationsOnSqlite() : MigrationSuite(new SqliteHome())
{
    [Fact]
    public async Task A_second_process_is_refused_and_told_why()
    {
        Database first = await Open();
        DatabaseInUseException refusal = await Assert.ThrowsAsync<DatabaseInUseException>(() => Open());
        Assert.Contains("in use by another process", refusal.Message, StringComparison.Ordinal);
        await first.DisposeAsync();
        await Open();
    }
}

[OnPostgres]
public sealed class MigrationsOnPostgres() : MigrationSuite(new PostgresHome())
{
    [PostgresFact]
    public async Task Silos_that_start_together_migrate_once()
    {
        Database[] silos = [.. Enumerable.Range(0, 4).Select(_ => Make())];
        await Task.WhenAll(silos.Select(silo => silo.Start())).WaitAsync(Patience);
        await Task.WhenAll(silos.Select(silo => silo.Ping())).WaitAsync(Patience);
    }
}

public abstract class MigrationSuite(StoreHome home) : StorageSuite(home)
{
    private static readonly Query<None, long> Applied = new(
        "SELECT count(*) FROM schema_migrations", row => row.Integer(0));

    private static int Next => Migrations.Count + 1;

    /// <summary>What the program has after its next release.</summary>
    private static Migration[] Released =>
        [.. Migrations, new Migration(Next, "more", "CREATE TABLE more (id bigint)")];

    [DatabaseFact]
    public async Task A_new_database_gets_every_migration_and_keeps_it()
    {
        Database first = await Open();
        Assert.Equal(Migrations.Count, await first.QueryFirstOrDefault(Applied, default));
        await first.DisposeAsync();

        Database second = await Open();
        Assert.Equal(Migrations.Count, await second.QueryFirstOrDefault(Applied, default));
    }

    [DatabaseFact]
    public async Task An_older_database_gets_what_it_lacks()
    {
        await (await Open()).DisposeAsync();
        Database newer = await Open(migrations: Released);
        var more = new Query<None, long>("SELECT count(*) FROM more", row => row.Integer(0));
        Assert.Equal(0, await newer.QueryFirstOrDefault(more, default));
    }

    [DatabaseFact]
    public async Task A_database_newer_than_the_program_is_refused()
    {
        Database newer = await Open(migrations: Released);
        await newer.DisposeAsync();
        MigrationException refusal = await Assert.ThrowsAsync<MigrationException>(() => Open());
        Assert.Contains("newer than this program", refusal.Message, StringComparison.Ordinal);
    }

    [DatabaseFact]
    public async Task A_migration_that_was_changed_after_it_ran_is_refused()
    {
        await (await Open()).DisposeAsync();
        Migration last = Migrations[^1];
        Migration[] changed = [.. Migrations.SkipLast(1), last with { Sql = last.Sql + " -- changed" }];
        MigrationException refusal = await Assert.ThrowsAsync<MigrationException>(() => Open(migrations: changed));
        Assert.Contains("was changed", refusal.Message, StringComparison.Ordinal);
    }

    [DatabaseFact]
    public async Task A_migration_that_fails_leaves_the_tables_as_they_were()
    {
        await (await Open()).DisposeAsync();
        Migration broken = new(Next, "broken", "CREATE TABLE half (id bigint); INSERT INTO nowhere VALUES (1)");
        await Assert.ThrowsAsync<StorageException>(() => Open(migrations: [.. Migrations, broken]));

        Migration right = broken with { Sql = "CREATE TABLE half (id bigint)" };
        Database repaired = await Open(migrations: [.. Migrations, right]);
        Assert.Equal(Next, await repaired.QueryFirstOrDefault(Applied, default));
    }

    [DatabaseFact]
    public void A_missing_number_is_noticed() => Assert.Throws<MigrationException>(
        () => Migration.Ordered([new Migration(1, "first", ""), new Migration(3, "third", "")]));
}
