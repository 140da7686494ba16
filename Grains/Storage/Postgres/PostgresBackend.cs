using System.Data;
using Npgsql;

namespace Turnstile.Grains.Storage.Postgres;

/// <summary>A PostgreSQL server: one connection of this process writes, a pool of others reads.</summary>
internal sealed class PostgresBackend(StorageOptions options) : Backend
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(Settings(options));

    // Owned by whoever runs the one transaction: the migrations first, the writing thread afterwards.
    private NpgsqlConnection? _writer;

    /// <summary>
    /// Nothing to prepare: the migrations that follow are the first to need the server, and say so if it is away.
    /// </summary>
    public override ValueTask Open(CancellationToken cancellation) => ValueTask.CompletedTask;

    public override async ValueTask<BackendTransaction> Begin()
    {
        bool reused = _writer is { State: ConnectionState.Open };
        if (!reused)
        {
            await Discard();
            _writer = await PostgresError.Guard(_source.OpenConnectionAsync(), undone: false);
        }

        NpgsqlTransaction transaction = await PostgresError.Guard(
            _writer!.BeginTransactionAsync(IsolationLevel.ReadCommitted), undone: reused);
        return new PostgresTransaction(_writer, transaction, reused, Discard);
    }

    public override async ValueTask<TResult?> First<TInput, TResult>(Query<TInput, TResult> query, TInput input)
        where TResult : default
    {
        List<TResult> results = await List(query, [input]);
        return results.Count > 0 ? results[0] : default;
    }

    public override async Task<List<TResult>> List<TInput, TResult>(
        Query<TInput, TResult> query, IReadOnlyList<TInput> inputs)
    {
        try
        {
            return await PostgresError.Guard(Read(query, inputs), undone: true);
        }
        catch (StorageUnavailableException lost) when (lost.CanRunAgain)
        {
            // A connection that the server closed while it lay in the pool is noticed only by using it.
            return await PostgresError.Guard(Read(query, inputs), undone: false);
        }
    }

    public override ValueTask<List<TResult>> ListFew<TInput, TResult>(
        Query<TInput, TResult> query, IReadOnlyList<TInput> inputs) => new(List(query, inputs));

    public override async ValueTask DisposeAsync()
    {
        await Discard();
        await _source.DisposeAsync();
    }

    /// <summary>
    /// The user's connection string, with statements kept parsed on each connection (200 are more than the stores have)
    /// and room in the pool for the readers and the writer.
    /// </summary>
    private static string Settings(StorageOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        Default("Max Auto Prepare", 200);
        Default("Auto Prepare Min Usages", 2);
        Default("Maximum Pool Size", options.ReadersMax + 1);
        Default("Timeout", 5);
        Default("Command Timeout", options.CommandTimeoutSeconds);
        Default("Application Name", "turnstile");

        // A process that is frozen in the middle of a transaction must not keep its rows from all others.
        Default("Options", "-c idle_in_transaction_session_timeout=5000");
        return settings.ConnectionString;

        void Default(string name, object value)
        {
            if (!settings.ShouldSerialize(name))
                settings[name] = value;
        }
    }

    private async ValueTask<List<TResult>> Read<TInput, TResult>(
        Query<TInput, TResult> query, IReadOnlyList<TInput> inputs)
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        return await PostgresCommands.Query(connection, query, inputs);
    }

    private async ValueTask Discard()
    {
        NpgsqlConnection? broken = _writer;
        _writer = null;
        if (broken is not null)
            await broken.DisposeAsync();
    }
}
