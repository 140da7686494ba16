using Microsoft.Extensions.Logging;

namespace Turnstile.Grains.Storage;

/// <summary>
/// Brings the tables to what this program needs, in one transaction: after a failure they are as before. Silos that
/// start together wait for each other here.
/// </summary>
internal sealed class Migrator(
    Dialect dialect, IReadOnlyList<Migration> migrations, TimeProvider time, ILogger logger)
{
    private const string CreateTable = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number bigint NOT NULL PRIMARY KEY,
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at bigint NOT NULL
        )
        """;

    private static readonly Query<None, Applied> List = new(
        "SELECT number, name, checksum FROM schema_migrations ORDER BY number",
        row => new Applied(row.Integer(0), row.Text(1), row.Text(2)));

    private static readonly Statement<(Migration Migration, long At)> Record = new(
        """
        INSERT INTO schema_migrations (number, name, checksum, applied_at)
        SELECT number, name, checksum, applied_at FROM rows
        """,
        columns => columns
            .Integer("number", row => row.Migration.Number)
            .Text("name", row => row.Migration.Name)
            .Text("checksum", row => row.Migration.Checksum)
            .Integer("applied_at", row => row.At));

    /// <exception cref="MigrationException">The database is newer than this program, or a migration was changed after
    /// it ran.</exception>
    public async Task Apply(Backend backend)
    {
        await using BackendTransaction transaction = await backend.Begin();
        await transaction.LockSchema();
        await transaction.Script(CreateTable);
        List<Applied> applied = await transaction.Query(List, default(None));
        foreach (Applied known in applied)
            Check(known);

        long now = UnixMicroseconds.Now(time);
        foreach (Migration migration in migrations.Skip(applied.Count))
        {
            logger.LogInformation("Applying migration {Number} ({Name})", migration.Number, migration.Name);
            await transaction.Script(DialectText.For(dialect, migration.Sql));
            await transaction.Execute(Record, (migration, now));
        }

        await transaction.Commit();
    }

    private void Check(Applied known)
    {
        if (known.Number > migrations.Count)
        {
            throw new MigrationException(
                $"The database is newer than this program: it has migration {known.Number} ({known.Name}), " +
                $"the program's last is {migrations.Count}. Start the newer program, or restore a backup.");
        }

        Migration own = migrations[(int)known.Number - 1];
        if (own.Checksum != known.Checksum)
        {
            throw new MigrationException(
                $"Migration {known.Number} ({known.Name}) was changed after it was applied to this database. " +
                "Restore the file as it was and put the change into a new migration.");
        }
    }

    private sealed record Applied(long Number, string Name, string Checksum);
}
