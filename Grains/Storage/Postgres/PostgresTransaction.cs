using Npgsql;

namespace Turnstile.Grains.Storage.Postgres;

/// <summary>A transaction on the writing connection.</summary>
internal sealed class PostgresTransaction(
    NpgsqlConnection connection, NpgsqlTransaction transaction, bool reused, Func<ValueTask> broken)
    : BackendTransaction
{
    // Any fixed number does; it is this program's alone on a server.
    private const long SchemaLock = 0x7475726E7374696C;

    private bool _committed;

    public override ValueTask<int> Execute<TInput>(Statement<TInput> statement, IReadOnlyList<TInput> inputs) =>
        PostgresError.Guard(PostgresCommands.Execute(connection, statement, inputs), undone: reused);

    public override ValueTask<List<TResult>> Query<TInput, TResult>(
        Query<TInput, TResult> query, IReadOnlyList<TInput> inputs) =>
        PostgresError.Guard(PostgresCommands.Query(connection, query, inputs), undone: reused);

    public override ValueTask LockSchema() => Script($"SELECT pg_advisory_xact_lock({SchemaLock})");

    public override async ValueTask Script(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await PostgresError.Guard(command.ExecuteNonQueryAsync(), undone: reused);
    }

    /// <remarks>A connection that breaks in here leaves it open whether the transaction is committed.</remarks>
    public override async ValueTask Commit()
    {
        await PostgresError.Guard(transaction.CommitAsync(), undone: false);
        _committed = true;
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            if (!_committed)
                await transaction.RollbackAsync();
            await transaction.DisposeAsync();
        }
        catch (Exception e) when (PostgresError.IsOfDatabase(e) || e is InvalidOperationException)
        {
            await broken();
        }
    }
}
