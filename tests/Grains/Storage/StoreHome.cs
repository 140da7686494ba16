using Turnstile.Grains.Storage;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Storage;

/// <summary>A place where a test keeps a database: empty at first, gone after the test.</summary>
public abstract class StoreHome : IAsyncDisposable
{
    public abstract Task Create();

    /// <summary>Points the options at the database.</summary>
    public abstract void Configure(StorageOptions options);

    /// <summary>Points the options at what a process that starts after a kill of this one would find.</summary>
    public abstract void ConfigureAfterKill(StorageOptions options);

    /// <summary>From its return on the database takes no writes, until <see cref="BringBack"/>.</summary>
    public abstract Task TakeAway(Database database);

    public abstract Task BringBack(Database database);

    public abstract ValueTask DisposeAsync();
}

public sealed class SqliteHome : StoreHome
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"turnstile-test-{Guid.NewGuid():N}");

    private string File => Path.Combine(_folder, "data", "turnstile.db");

    public override Task Create() => Task.CompletedTask;

    public override void Configure(StorageOptions options) => options.Path = File;

    /// <summary>A copy of the files as they are: all that the operating system has of a killed process.</summary>
    public override void ConfigureAfterKill(StorageOptions options)
    {
        options.Path = Path.Combine(_folder, "after-kill", "turnstile.db");
        Directory.CreateDirectory(Path.GetDirectoryName(options.Path)!);
        foreach (string suffix in new[] { "", "-wal" })
            System.IO.File.Copy(File + suffix, options.Path + suffix);
    }

    /// <summary>The limit of pages does what a full disk does: every write that needs a new page is refused.</summary>
    public override Task TakeAway(Database database) => SetPagesMax(database, 1);

    public override Task BringBack(Database database) => SetPagesMax(database, 1_000_000_000);

    public override ValueTask DisposeAsync()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static Task<None> SetPagesMax(Database database, int pages)
    {
        BatchWriter<None, None> limit = database.Writes.CreateWriter<None, None>(
            "limit",
            (transaction, _, _) => ((BackendTransaction)transaction).Script($"PRAGMA max_page_count = {pages}"));
        return limit.Write(default);
    }
}

public sealed class PostgresHome : StoreHome
{
    private PostgresDatabase? _database;

    public override async Task Create() => _database = await PostgresServer.CreateDatabase();

    public override void Configure(StorageOptions options) => options.ConnectionString = _database!.ConnectionString;

    public override void ConfigureAfterKill(StorageOptions options) => Configure(options);

    public override Task TakeAway(Database database) => _database!.Close();

    public override Task BringBack(Database database) => _database!.Open();

    public Task Disconnect() => _database!.Disconnect();

    public override async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }
}
