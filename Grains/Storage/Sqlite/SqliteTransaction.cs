namespace Turnstile.Grains.Storage.Sqlite;

/// <summary>
/// A transaction on the writing connection. All of it runs on the calling thread; nothing here ever waits.
/// </summary>
internal sealed class SqliteTransaction(SqliteConnection connection, Action<SqliteConnection> broken)
    : BackendTransaction
{
    private bool _open = true;

    public override ValueTask<int> Execute<TInput>(Statement<TInput> statement, IReadOnlyList<TInput> inputs)
    {
        int before = connection.TotalChanges;
        connection.Execute(statement, inputs);
        return new ValueTask<int>(connection.TotalChanges - before);
    }

    public override ValueTask<List<TResult>> Query<TInput, TResult>(
        Query<TInput, TResult> query, IReadOnlyList<TInput> inputs)
    {
        var results = new List<TResult>();
        connection.Query(query, inputs, results);
        return new ValueTask<List<TResult>>(results);
    }

    /// <summary>Nothing to do: the file belongs to this process, and it writes one transaction at a time.</summary>
    public override ValueTask LockSchema() => ValueTask.CompletedTask;

    public override ValueTask Script(string sql)
    {
        connection.Script(sql);
        return ValueTask.CompletedTask;
    }

    public override ValueTask Commit()
    {
        connection.Run("COMMIT");
        _open = false;
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Undoes what is not committed. SQLite may have done so itself after an I/O error; then a new connection takes
    /// over.
    /// </summary>
    public override ValueTask DisposeAsync()
    {
        if (!_open)
            return ValueTask.CompletedTask;

        _open = false;
        try
        {
            connection.Run("ROLLBACK");
        }
        catch (StorageException)
        {
            broken(connection);
        }

        return ValueTask.CompletedTask;
    }
}
