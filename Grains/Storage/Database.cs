using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnstile.Grains.Storage.Postgres;
using Turnstile.Grains.Storage.Sqlite;

namespace Turnstile.Grains.Storage;

/// <summary>
/// Where everything is kept: a SQLite file, or a PostgreSQL server where one is configured. Reads go straight to it and
/// see whatever was committed before; writes go through <see cref="Writes"/>.
/// </summary>
/// <remarks>Stores make their writers in their constructors; the writing begins with <see cref="Start"/>.</remarks>
public sealed class Database : IAsyncDisposable
{
    private static readonly Statement<long> Probe = new(
        """
        INSERT INTO storage_probe (id, written_at) SELECT 1, written_at FROM rows WHERE true
        ON CONFLICT (id) DO UPDATE SET written_at = excluded.written_at
        """,
        columns => columns.Integer("written_at", at => at))
    {
        Key = _ => 1,
    };

    private readonly Backend _backend;
    private readonly Migrator _migrator;
    private readonly TimeProvider _time;
    private readonly RowWriter<long> _probe;

    public Database(
        IOptions<StorageOptions> options, StorageTelemetry telemetry, TimeProvider time, ILogger<Database> logger)
        : this(options.Value, telemetry, time, logger, Migration.Embedded())
    {
    }

    internal Database(
        StorageOptions options,
        StorageTelemetry telemetry,
        TimeProvider time,
        ILogger logger,
        IReadOnlyList<Migration> migrations)
    {
        Dialect = string.IsNullOrWhiteSpace(options.ConnectionString) ? Dialect.Sqlite : Dialect.Postgres;
        _backend = Dialect == Dialect.Sqlite ? new SqliteBackend(options) : new PostgresBackend(options);
        _migrator = new Migrator(Dialect, migrations, time, logger);
        _time = time;
        Writes = new GroupCommit(_backend, options, telemetry, time, logger);
        _probe = Writes.CreateWriter("probe", Probe);
    }

    public Dialect Dialect { get; }

    /// <summary>The way to write.</summary>
    public GroupCommit Writes { get; }

    /// <summary>Opens the database, brings its tables up to date and begins to write. Called once.</summary>
    /// <exception cref="DatabaseInUseException">Another process has the SQLite file.</exception>
    /// <exception cref="MigrationException">The tables do not fit this program.</exception>
    /// <exception cref="StorageUnavailableException">The file cannot be opened, or the server cannot be
    /// reached.</exception>
    public async Task Start(CancellationToken cancellation = default)
    {
        try
        {
            await _backend.Open(cancellation);
            await _migrator.Apply(_backend);
        }
        catch
        {
            // Whoever repairs what is wrong can start again, in this process too.
            await _backend.DisposeAsync();
            throw;
        }

        Writes.Start();
    }

    /// <summary>
    /// The first row that the query answers. For rows found by a key or an index: SQLite looks it up on the calling
    /// thread, in microseconds.
    /// </summary>
    /// <returns>The default of <typeparamref name="TResult"/> where there is none.</returns>
    /// <exception cref="StorageUnavailableException">The database is away.</exception>
    public ValueTask<TResult?> QueryFirstOrDefault<TInput, TResult>(Query<TInput, TResult> query, TInput input) =>
        _backend.First(query, input);

    /// <summary>Everything that the query answers, read outside of the caller's turn.</summary>
    /// <exception cref="StorageUnavailableException">The database is away.</exception>
    public Task<List<TResult>> QueryList<TInput, TResult>(Query<TInput, TResult> query, TInput input) =>
        _backend.List(query, [input]);

    /// <summary>
    /// What the query answers for many inputs, as of one moment: the way to read many rows by key, with a query that
    /// joins <c>rows</c>. The order is the database's; have the query return the key.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The database is away.</exception>
    public Task<List<TResult>> QueryMany<TInput, TResult>(Query<TInput, TResult> query, IReadOnlyList<TInput> inputs) =>
        inputs.Count == 0 ? Task.FromResult(new List<TResult>()) : _backend.List(query, inputs);

    /// <summary>
    /// The same for few rows found by a key or an index: SQLite looks them up on the calling thread, in microseconds each.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The database is away.</exception>
    public ValueTask<List<TResult>> QueryFew<TInput, TResult>(Query<TInput, TResult> query, IReadOnlyList<TInput> inputs) =>
        _backend.ListFew(query, inputs);

    /// <summary>Proves that the database takes writes, by one.</summary>
    /// <exception cref="StorageUnavailableException">It does not.</exception>
    public Task Ping() => _probe.Write(UnixMicroseconds.Now(_time));

    /// <summary>Commits what waits to be written, then closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await Writes.Drain();
        await _backend.DisposeAsync();
    }
}
