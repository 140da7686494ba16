using SQLitePCL;

namespace Turnstile.Grains.Storage.Sqlite;

/// <summary>One connection to the file with its parsed statements. Used by one thread at a time.</summary>
internal sealed class SqliteConnection : IDisposable
{
    private readonly Dictionary<(object Statement, int Inputs), SqliteStatement> _statements = [];
    private readonly string _path;
    private readonly sqlite3 _handle;

    private SqliteConnection(string path, sqlite3 handle)
    {
        _path = path;
        _handle = handle;
    }

    /// <summary>Rows changed since the connection was opened.</summary>
    public int TotalChanges => raw.sqlite3_total_changes(_handle);

    /// <summary>
    /// The connection that writes. A commit returns when it is on disk (FULL; on macOS that takes fullfsync as well).
    /// The log is copied into the tables every 16 MB: less often saves nothing measurable, more often copies hot pages
    /// again and again.
    /// </summary>
    public static SqliteConnection ForWriting(string path) => Open(
        path,
        raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX,
        """
        PRAGMA busy_timeout = 5000;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA fullfsync = ON;
        PRAGMA checkpoint_fullfsync = ON;
        PRAGMA wal_autocheckpoint = 4000;
        PRAGMA journal_size_limit = 67108864;
        PRAGMA cache_size = -65536;
        PRAGMA temp_store = MEMORY;
        """);

    /// <summary>
    /// A connection that reads. Mapping the file into memory, the first 2 GB of it, which is SQLite's limit, once for all
    /// readers, makes a point read a third faster than copying each page into the connection's own cache (235 against 312
    /// thousand a second measured). The pages are the system's cache, which takes them back where memory is short, and yet
    /// count as the process's.
    /// </summary>
    public static SqliteConnection ForReading(string path) => Open(
        path,
        raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_NOMUTEX,
        """
        PRAGMA busy_timeout = 5000;
        PRAGMA cache_size = -8192;
        PRAGMA mmap_size = 2147418112;
        PRAGMA temp_store = MEMORY;
        """);

    /// <summary>The statement over so many inputs, parsed at its first use on this connection.</summary>
    public SqliteStatement Prepare<TInput>(Statement<TInput> statement, int inputs = 1) =>
        _statements.TryGetValue((statement, inputs), out SqliteStatement? known)
            ? known
            : _statements[(statement, inputs)] = Parse(statement.SqliteText(inputs));

    /// <summary>Runs one statement without inputs, kept parsed by its text.</summary>
    public void Run(string sql)
    {
        if (!_statements.TryGetValue((sql, 0), out SqliteStatement? statement))
            _statements[(sql, 0)] = statement = Parse(sql);
        statement.Run();
    }

    /// <summary>Runs a text of any number of statements.</summary>
    public void Script(string sql)
    {
        int code = raw.sqlite3_exec(_handle, sql);
        if (code != raw.SQLITE_OK)
            throw Error(code);
    }

    /// <summary>Runs the statement for all inputs, in order.</summary>
    public void Execute<TInput>(Statement<TInput> statement, IReadOnlyList<TInput> inputs)
    {
        foreach ((int first, int count) in InputChunks.Of(statement, inputs))
            Bound(statement, inputs, first, count).Run();
    }

    public void Query<TInput, TResult>(
        Query<TInput, TResult> query, IReadOnlyList<TInput> inputs, List<TResult> results)
    {
        foreach ((int first, int count) in InputChunks.Of(query, inputs))
        {
            SqliteStatement statement = Bound(query, inputs, first, count);
            try
            {
                while (statement.Step())
                    results.Add(query.Result(new Row(statement)));
            }
            finally
            {
                statement.Reset();
            }
        }
    }

    public TResult? First<TInput, TResult>(Query<TInput, TResult> query, TInput input)
    {
        SqliteStatement statement = Prepare(query);
        query.Bind(statement, input);
        try
        {
            return statement.Step() ? query.Result(new Row(statement)) : default;
        }
        finally
        {
            statement.Reset();
        }
    }

    public StorageException Error(int code) => SqliteError.From(_handle, code, _path);

    public void Dispose()
    {
        foreach (SqliteStatement statement in _statements.Values)
            statement.Dispose();
        _handle.Dispose();
    }

    private static SqliteConnection Open(string path, int flags, string settings)
    {
        int code = raw.sqlite3_open_v2(path, out sqlite3 handle, flags, null);
        var connection = new SqliteConnection(path, handle);
        try
        {
            if (code != raw.SQLITE_OK)
                throw connection.Error(code);
            raw.sqlite3_extended_result_codes(handle, 1);
            connection.Script(settings);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private SqliteStatement Bound<TInput>(
        Statement<TInput> statement, IReadOnlyList<TInput> inputs, int first, int count)
    {
        SqliteStatement prepared = Prepare(statement, count);
        for (int i = 0; i < count; i++)
            statement.Bind(prepared, inputs[first + i], i);
        return prepared;
    }

    private SqliteStatement Parse(string sql)
    {
        int code = raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out sqlite3_stmt handle);
        return code == raw.SQLITE_OK ? new SqliteStatement(this, handle) : throw Error(code);
    }
}
