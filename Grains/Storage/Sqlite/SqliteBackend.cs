namespace Turnstile.Grains.Storage.Sqlite;

/// <summary>
/// A SQLite file in WAL mode: one connection writes, several read the last committed state beside it.
/// </summary>
internal sealed class SqliteBackend(StorageOptions options) : Backend
{
    private readonly string _path = Path.GetFullPath(options.Path);
    private FileOwnership? _ownership;
    private SqliteReaders? _readers;

    // Owned by whoever runs the one transaction: the migrations first, the writing thread afterwards.
    private SqliteConnection? _writer;

    private SqliteReaders Readers => _readers ?? throw new InvalidOperationException("The database is not open.");

    public override ValueTask Open(CancellationToken cancellation)
    {
        SqliteLibrary.EnsureLoaded();
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        _ownership = FileOwnership.Take(_path);
        _writer = SqliteConnection.ForWriting(_path);
        _readers = new SqliteReaders(_path, options.ReadersMax);
        return ValueTask.CompletedTask;
    }

    public override ValueTask<BackendTransaction> Begin()
    {
        _writer ??= SqliteConnection.ForWriting(_path);
        _writer.Run("BEGIN IMMEDIATE");
        return new ValueTask<BackendTransaction>(new SqliteTransaction(_writer, Discard));
    }

    /// <summary>On the caller's thread: a row found by its key takes a few microseconds.</summary>
    public override async ValueTask<TResult?> First<TInput, TResult>(Query<TInput, TResult> query, TInput input)
        where TResult : default
    {
        SqliteConnection reader = await Readers.Rent();
        try
        {
            return reader.First(query, input);
        }
        finally
        {
            Readers.Return(reader);
        }
    }

    /// <summary>On the thread pool, so that a long list never holds a grain's turn.</summary>
    public override async Task<List<TResult>> List<TInput, TResult>(
        Query<TInput, TResult> query, IReadOnlyList<TInput> inputs)
    {
        SqliteConnection reader = await Readers.Rent();
        try
        {
            return await Task.Run(() => ReadAll(reader, query, inputs));
        }
        finally
        {
            Readers.Return(reader);
        }
    }

    /// <summary>On the caller's thread: another one would cost as much as a dozen rows found by their key.</summary>
    public override async ValueTask<List<TResult>> ListFew<TInput, TResult>(
        Query<TInput, TResult> query, IReadOnlyList<TInput> inputs)
    {
        SqliteConnection reader = await Readers.Rent();
        try
        {
            return ReadAll(reader, query, inputs);
        }
        finally
        {
            Readers.Return(reader);
        }
    }

    public override ValueTask DisposeAsync()
    {
        _readers?.Dispose();
        _writer?.Dispose();
        _ownership?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static List<TResult> ReadAll<TInput, TResult>(
        SqliteConnection reader, Query<TInput, TResult> query, IReadOnlyList<TInput> inputs)
    {
        var results = new List<TResult>(inputs.Count);
        reader.Run("BEGIN");
        try
        {
            reader.Query(query, inputs, results);
            reader.Run("COMMIT");
            return results;
        }
        catch
        {
            Undo(reader);
            throw;
        }
    }

    /// <summary>What failed is told, and not that SQLite has undone it itself, as it does after an I/O error.</summary>
    private static void Undo(SqliteConnection reader)
    {
        try
        {
            reader.Run("ROLLBACK");
        }
        catch (StorageException)
        {
            // No transaction is left.
        }
    }

    private void Discard(SqliteConnection broken)
    {
        broken.Dispose();
        _writer = null;
    }
}
