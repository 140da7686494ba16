using Npgsql;
using NpgsqlTypes;
using Turnstile.Grains.Storage.Postgres;

namespace Turnstile.Grains.Widgets.Log;

/// <summary>
/// The log where PostgreSQL is the database: a table, one row a frame. Appends have a connection of their own, because one that
/// waited for the tables' batches would take as long as they do. Every append proves that its owner still has the ledger.
/// </summary>
internal sealed class PostgresCommitLog(string connectionString, long epoch) : ICommitLog
{
    // The lock on the ledger's key keeps the next owner from counting it up, and then reading the log, in the midst of
    // this; it does not wait for a transaction that notes the tables' progress in the same row.
    private const string AppendSql =
        """
        WITH owned AS (SELECT 1 FROM widget_ledger WHERE id = 1 AND epoch = $1 FOR KEY SHARE)
        INSERT INTO widget_log (first, last, frame) SELECT $2, $3, $4 FROM owned
        """;

    private const string DropSql =
        """
        WITH owned AS (SELECT 1 FROM widget_ledger WHERE id = 1 AND epoch = $1 FOR KEY SHARE)
        DELETE FROM widget_log WHERE first >= $2 AND EXISTS (SELECT 1 FROM owned)
        """;

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 2, MaxAutoPrepare = 10, AutoPrepareMinUsages = 2 });

    private NpgsqlConnection? _connection;

    // An append failed: a row that it left must go before the next one.
    private bool _uncertain;

    public long Bytes { get; private set; }

    public async Task<long> Recover(long stored, Action<LoggedChanges> replay)
    {
        await PostgresError.Guard(Run("DELETE FROM widget_log WHERE last <= $1", stored), undone: true);
        return await PostgresError.Guard(Read(stored, replay), undone: true);
    }

    public async Task Append(ReadOnlyMemory<byte> frame, long first, long last)
    {
        bool broke = true;
        try
        {
            _connection ??= await PostgresError.Guard(_source.OpenConnectionAsync(), undone: false);
            if (_uncertain)
            {
                await PostgresError.Guard(Drop(first), undone: false);
            }

            _uncertain = true;
            int rows = await PostgresError.Guard(Insert(frame, first, last), undone: false);
            broke = false;
            _uncertain = false;
            if (rows == 0)
            {
                throw new LedgerLostException();
            }

            Bytes += frame.Length;
        }
        finally
        {
            if (broke && _connection is { } connection)
            {
                _connection = null;
                await connection.DisposeAsync();
            }
        }
    }

    public async Task Trim(long stored)
    {
        await PostgresError.Guard(Run("DELETE FROM widget_log WHERE last <= $1", stored), undone: true);
        Bytes = await PostgresError.Guard(Count(), undone: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        await _source.DisposeAsync();
    }

    private async ValueTask<long> Read(long stored, Action<LoggedChanges> replay)
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("SELECT first, frame FROM widget_log ORDER BY first DESC", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        long last = stored;
        long? behind = null;
        while (await reader.ReadAsync())
        {
            byte[] bytes = reader.GetFieldValue<byte[]>(1);
            if (!LogFrame.TryRead(bytes, out LogFrame frame) || frame.First != reader.GetInt64(0))
            {
                throw new CommitLogException($"The row {reader.GetInt64(0)} of the table widget_log is damaged. Restore the table.");
            }

            if (behind is null)
            {
                last = frame.Last;
            }
            else
            {
                CheckGap(frame.Last + 1, behind.Value);
            }

            replay(new LoggedChanges(bytes.AsMemory(LogFrame.HeaderBytes, frame.Length), frame.First, frame.Count));
            Bytes += bytes.Length;
            behind = frame.First;
        }

        CheckGap(stored + 1, behind ?? stored + 1);
        return last;
    }

    private static void CheckGap(long next, long found)
    {
        if (found > next)
        {
            throw new CommitLogException($"The table widget_log goes on with change {found}; change {next} is missing. Restore it.");
        }
    }

    private async ValueTask<int> Insert(ReadOnlyMemory<byte> frame, long first, long last)
    {
        await using var command = new NpgsqlCommand(AppendSql, _connection)
        {
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = epoch },
                new NpgsqlParameter<long> { TypedValue = first },
                new NpgsqlParameter<long> { TypedValue = last },
                new NpgsqlParameter<ReadOnlyMemory<byte>> { NpgsqlDbType = NpgsqlDbType.Bytea, TypedValue = frame },
            },
        };
        return await command.ExecuteNonQueryAsync();
    }

    private async Task Drop(long first)
    {
        await using var command = new NpgsqlCommand(DropSql, _connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = epoch }, new NpgsqlParameter<long> { TypedValue = first } },
        };
        await command.ExecuteNonQueryAsync();
    }

    private async Task Run(string sql, long number)
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = number } },
        };
        await command.ExecuteNonQueryAsync();
    }

    private async ValueTask<long> Count()
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("SELECT coalesce(sum(length(frame)), 0)::bigint FROM widget_log", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
