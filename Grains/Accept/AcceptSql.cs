using Turnstile.Accept;
using Turnstile.Grains.Accept.Ids;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Accept;

/// <summary>The SQL of <see cref="AcceptStore"/> and of <see cref="IdTable"/>.</summary>
internal static class AcceptSql
{
    // Any two numbers do; they are these statements' alone on a server. Sealing waits until the transactions that append
    // are over, and appending reads what is sealed after the sealing is over.
    private const string ClockLock = "1952805748, 1";

    /// <summary>For PostgreSQL. SQLite runs one writing transaction at a time anyway.</summary>
    public static readonly Query<None, long> LockShared = new(
        $"SELECT 1 /*postgres FROM pg_advisory_xact_lock_shared({ClockLock})*/",
        row => row.Integer(0));

    /// <inheritdoc cref="LockShared"/>
    public static readonly Query<None, long> LockAlone = new(
        $"SELECT 1 /*postgres FROM pg_advisory_xact_lock({ClockLock})*/",
        row => row.Integer(0));

    public static readonly Query<None, AcceptClock> ReadClock = new(
        "SELECT sealed_through, recorded_through FROM accept_clock WHERE id = 1",
        row => new AcceptClock(row.Integer(0), row.Integer(1)));

    public static readonly Statement<IdBatch> AddBatch = new(
        "INSERT INTO accept_batches (minute, shard, id_count, ids) SELECT minute, shard, id_count, ids FROM rows",
        columns => columns
            .Integer("minute", batch => batch.Minute)
            .Integer("shard", batch => batch.Shard)
            .Integer("id_count", batch => batch.Ids.Length)
            .Bytes("ids", batch => IdBytes.Write(batch.Ids)));

    public static readonly Statement<long> Seal = new(
        "UPDATE accept_clock SET sealed_through = @minute WHERE id = 1 AND sealed_through < @minute",
        columns => columns.Integer("minute", minute => minute));

    public static readonly Statement<(MinuteRecord Record, DateTimeOffset At)> AddRecord = new(
        """
        INSERT INTO accept_records (minute, unique_ids, closed_at)
        SELECT minute, unique_ids, closed_at FROM rows
        WHERE minute > (SELECT recorded_through FROM accept_clock WHERE id = 1)
        ON CONFLICT DO NOTHING
        """,
        columns => columns
            .Integer("minute", closing => closing.Record.Minute)
            .Integer("unique_ids", closing => closing.Record.UniqueIds)
            .Integer("closed_at", closing => closing.At.ToMicroseconds()));

    public static readonly Statement<long> SetRecorded = new(
        "UPDATE accept_clock SET recorded_through = @minute WHERE id = 1 AND recorded_through < @minute",
        columns => columns.Integer("minute", minute => minute));

    /// <summary>The minutes after one that have batches.</summary>
    public static readonly Query<(long After, long Through), long> MinutesWithIds = new(
        """
        SELECT DISTINCT minute FROM accept_batches WHERE minute > @after AND minute <= @through ORDER BY minute
        """,
        columns => columns.Integer("after", range => range.After).Integer("through", range => range.Through),
        row => row.Integer(0));

    /// <summary>The ids of a minute as they were taken in, some of them perhaps more than once.</summary>
    public static readonly Query<long, long> SumOfMinute = new(
        "SELECT CAST(COALESCE(SUM(id_count), 0) AS BIGINT) FROM accept_batches WHERE minute = @minute",
        columns => columns.Integer("minute", minute => minute),
        row => row.Integer(0));

    public static readonly Query<(long Minute, long After, int Limit), (long Id, StoredBatch Batch)> PageMinute = new(
        """
        SELECT id, minute, shard, ids FROM accept_batches WHERE minute = @minute AND id > @after ORDER BY id LIMIT @limit
        """,
        columns => columns
            .Integer("minute", page => page.Minute)
            .Integer("after", page => page.After)
            .Integer("limit", page => page.Limit),
        ReadBatch);

    public static readonly Query<(long Shard, long AfterMinute, long After, int Limit), (long Id, StoredBatch Batch)> PageShard = new(
        """
        SELECT id, minute, shard, ids FROM accept_batches
        WHERE shard = @shard AND minute > @minute AND id > @after ORDER BY id LIMIT @limit
        """,
        columns => columns
            .Integer("shard", page => page.Shard)
            .Integer("minute", page => page.AfterMinute)
            .Integer("after", page => page.After)
            .Integer("limit", page => page.Limit),
        ReadBatch);

    public static readonly Query<(long AfterMinute, long After, int Limit), (long Id, StoredBatch Batch)> PageAll = new(
        """
        SELECT id, minute, shard, ids FROM accept_batches
        WHERE minute > @minute AND id > @after ORDER BY id LIMIT @limit
        """,
        columns => columns
            .Integer("minute", page => page.AfterMinute)
            .Integer("after", page => page.After)
            .Integer("limit", page => page.Limit),
        ReadBatch);

    /// <summary>A few of the batches at a time, because whoever writes next waits for it.</summary>
    public static readonly Statement<(long Through, int Limit)> DropBatches = new(
        """
        DELETE FROM accept_batches WHERE id IN (
            SELECT id FROM accept_batches WHERE minute <= @through LIMIT @limit)
        """,
        columns => columns.Integer("through", drop => drop.Through).Integer("limit", drop => drop.Limit));

    public static readonly Query<long, MinuteRecord> FindRecord = new(
        "SELECT minute, unique_ids FROM accept_records WHERE minute = @minute",
        columns => columns.Integer("minute", minute => minute),
        ReadRecord);

    public static readonly Query<int, MinuteRecord> LastRecords = new(
        "SELECT minute, unique_ids FROM accept_records ORDER BY minute DESC LIMIT @limit",
        columns => columns.Integer("limit", limit => limit),
        ReadRecord);

    public static readonly Query<(long After, int Limit), MinuteRecord> RecordsAfter = new(
        "SELECT minute, unique_ids FROM accept_records WHERE minute > @after ORDER BY minute LIMIT @limit",
        columns => columns.Integer("after", page => page.After).Integer("limit", page => page.Limit),
        ReadRecord);

    public static readonly Statement<(long Through, int Limit)> DropRecords = new(
        """
        DELETE FROM accept_records WHERE minute IN (
            SELECT minute FROM accept_records WHERE minute <= @through ORDER BY minute LIMIT @limit)
        """,
        columns => columns.Integer("through", drop => drop.Through).Integer("limit", drop => drop.Limit));

    public static readonly Query<string, WriterCursor> FindWriter = new(
        "SELECT name, delivered_through FROM accept_writers WHERE name = @name",
        columns => columns.Text("name", name => name),
        row => new WriterCursor(row.Text(0), row.Integer(1)));

    /// <summary>A writer that is new begins with the next record.</summary>
    public static readonly Statement<string> AddWriter = new(
        """
        INSERT INTO accept_writers (name, delivered_through)
        SELECT name, (SELECT recorded_through FROM accept_clock WHERE id = 1) FROM rows WHERE true
        ON CONFLICT DO NOTHING
        """,
        columns => columns.Text("name", name => name));

    public static readonly Statement<WriterCursor> MoveWriter = new(
        """
        UPDATE accept_writers SET delivered_through = rows.delivered
        FROM rows WHERE accept_writers.name = rows.writer AND delivered_through < rows.delivered
        """,
        columns => columns
            .Text("writer", cursor => cursor.Name)
            .Integer("delivered", cursor => cursor.DeliveredThrough))
    {
        Key = cursor => cursor.Name,
    };

    private static (long Id, StoredBatch Batch) ReadBatch(Row row) =>
        (row.Integer(0), new StoredBatch(row.Integer(1), row.Integer(2), row.Bytes(3)));

    private static MinuteRecord ReadRecord(Row row) => new() { Minute = row.Integer(0), UniqueIds = row.Integer(1) };
}

/// <summary>Through which minutes no id is taken in any more, and through which the records are written.</summary>
internal sealed record AcceptClock(long SealedThrough, long RecordedThrough);

/// <summary>How far a writer has delivered.</summary>
internal sealed record WriterCursor(string Name, long DeliveredThrough);
