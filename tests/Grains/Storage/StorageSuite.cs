using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Turnstile.Grains.Storage;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Storage;

/// <summary>What the tests of the storage share: a database with the program's tables and one of notes.</summary>
public abstract class StorageSuite(StoreHome home) : IAsyncLifetime
{
    /// <summary>How long a test waits for what must happen before it calls it missing.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<Database> _databases = [];

    protected StoreHome Home => home;

    protected ManualTime Time { get; } = new();

    protected IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    /// <summary>The program's migrations and one that makes the table of notes.</summary>
    private protected static IReadOnlyList<Migration> Migrations { get; } =
    [
        .. Migration.Embedded(),
        new Migration(
            Migration.Embedded().Count + 1,
            "notes",
            """
            CREATE TABLE notes (
                id bigint NOT NULL PRIMARY KEY,
                text text,
                version bigint NOT NULL DEFAULT 0,
                payload /*sqlite blob*/ /*postgres bytea*/,
                weight double precision,
                parent bigint
            )
            """),
    ];

    public Task InitializeAsync() => home.Create();

    public async Task DisposeAsync()
    {
        foreach (Database database in _databases)
            await database.DisposeAsync();
        await home.DisposeAsync();
        await _services.DisposeAsync();
    }

    private protected async Task<Database> Open(
        Action<StorageOptions>? configure = null, IReadOnlyList<Migration>? migrations = null)
    {
        Database database = Make(configure, migrations);
        await database.Start();
        return database;
    }

    private protected Database Make(
        Action<StorageOptions>? configure = null, IReadOnlyList<Migration>? migrations = null)
    {
        var options = new StorageOptions();
        home.Configure(options);
        configure?.Invoke(options);
        var telemetry = new StorageTelemetry(Meters, Time);
        var database = new Database(options, telemetry, Time, NullLogger.Instance, migrations ?? Migrations);
        _databases.Add(database);
        return database;
    }
}
