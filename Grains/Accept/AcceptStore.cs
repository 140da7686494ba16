using Turnstile.Accept;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Accept;

/// <summary>
/// Ids, records and cursors on disk. A change is stored when its task completes. Ids and sealing exclude each other: once a
/// minute is sealed, in this process or another, none is added to it.
/// </summary>
internal sealed class AcceptStore
{
    private const int DroppedAtOnce = 200;

    private readonly Database _database;
    private readonly BatchWriter<IdBatch, bool> _batches;
    private readonly BatchWriter<long, None> _seals;
    private readonly BatchWriter<Closing, None> _closings;
    private readonly BatchWriter<(long Through, int Limit), int> _batchDrops;
    private readonly BatchWriter<(long Through, int Limit), int> _recordDrops;
    private readonly RowWriter<string> _writers;
    private readonly RowWriter<WriterCursor> _cursors;

    public AcceptStore(Database database)
    {
        _database = database;
        GroupCommit writes = database.Writes;
        _batches = writes.CreateWriter<IdBatch, bool>("accept batches", WriteBatches);
        _seals = writes.CreateWriter<long, None>("accept seals", WriteSeals);
        _closings = writes.CreateWriter<Closing, None>("accept records", WriteClosings);
        _batchDrops = writes.CreateWriter<(long Through, int Limit), int>(
            "accept batch drops", (transaction, drops, dropped) => Drop(AcceptSql.DropBatches, transaction, drops, dropped));
        _recordDrops = writes.CreateWriter<(long Through, int Limit), int>(
            "accept record drops", (transaction, drops, dropped) => Drop(AcceptSql.DropRecords, transaction, drops, dropped));
        _writers = writes.CreateWriter("accept writers", AcceptSql.AddWriter);
        _cursors = writes.CreateWriter("accept cursors", AcceptSql.MoveWriter);
    }

    /// <summary>Stores the ids, unless their minute is sealed.</summary>
    /// <returns>False where it is; nothing is stored then.</returns>
    public Task<bool> Add(IdBatch batch) => _batches.Write(batch);

    /// <summary>From its end on no id is added to the minutes up to this one.</summary>
    public Task Seal(long throughMinute) => _seals.Write(throughMinute);

    /// <summary>
    /// Stores the records that are not stored yet, and that all up to <paramref name="throughMinute"/> are.
    /// </summary>
    public Task Record(IReadOnlyList<MinuteRecord> records, long throughMinute, DateTimeOffset at) =>
        _closings.Write(new Closing(records, throughMinute, at), records.Count + 1);

    /// <summary>Removes the ids of recorded minutes, a few at a time so that others get to write in between.</summary>
    public Task DropBatches(long throughMinute) => DropAll(_batchDrops, throughMinute);

    /// <summary>Removes the records up to a minute.</summary>
    public Task DropRecords(long throughMinute) => DropAll(_recordDrops, throughMinute);

    public async ValueTask<AcceptClock> Clock() => (await _database.QueryFirstOrDefault(AcceptSql.ReadClock, default))!;

    /// <summary>The minutes in between that have ids, ascending.</summary>
    public Task<List<long>> MinutesWithIds(long after, long through) =>
        _database.QueryList(AcceptSql.MinutesWithIds, (after, through));

    /// <summary>How many ids the minute's batches hold, those of two batches counted twice.</summary>
    public ValueTask<long> SumOfMinute(long minute) => _database.QueryFirstOrDefault(AcceptSql.SumOfMinute, minute);

    /// <summary>Batches of a minute, in the order in which they were stored.</summary>
    public Task<List<StoredBatch>> PageMinute(long minute, long after, int limit) =>
        _database.QueryList(AcceptSql.PageMinute, (minute, after, limit));

    /// <summary>Batches of a shard in the minutes after one, in the order in which they were stored.</summary>
    public Task<List<StoredBatch>> PageShard(long shard, long afterMinute, long after, int limit) =>
        _database.QueryList(AcceptSql.PageShard, (shard, afterMinute, after, limit));

    public ValueTask<MinuteRecord?> FindRecord(long minute) => _database.QueryFirstOrDefault(AcceptSql.FindRecord, minute);

    /// <summary>The newest records, newest first.</summary>
    public Task<List<MinuteRecord>> LastRecords(int limit) => _database.QueryList(AcceptSql.LastRecords, limit);

    public Task<List<MinuteRecord>> RecordsAfter(long minute, int limit) =>
        _database.QueryList(AcceptSql.RecordsAfter, (minute, limit));

    /// <summary>Makes the writer known; one that is new is to deliver from the next record on.</summary>
    public Task AddWriter(string name) => _writers.Write(name);

    public ValueTask<WriterCursor?> FindWriter(string name) => _database.QueryFirstOrDefault(AcceptSql.FindWriter, name);

    public Task MoveWriter(WriterCursor cursor) => _cursors.Write(cursor);

    private static async Task DropAll(BatchWriter<(long Through, int Limit), int> drops, long throughMinute)
    {
        while (await drops.Write((throughMinute, DroppedAtOnce), DroppedAtOnce) == DroppedAtOnce)
        {
        }
    }

    private static async ValueTask Drop(
        Statement<(long Through, int Limit)> statement,
        Transaction transaction,
        IReadOnlyList<(long Through, int Limit)> drops,
        int[] dropped)
    {
        for (int i = 0; i < dropped.Length; i++)
            dropped[i] = await transaction.Execute(statement, drops[i]);
    }

    private static async ValueTask WriteSeals(Transaction transaction, IReadOnlyList<long> minutes, None[] results)
    {
        await transaction.Query(AcceptSql.LockAlone, default(None));
        await transaction.Execute(AcceptSql.Seal, minutes);
    }

    private static async ValueTask WriteClosings(Transaction transaction, IReadOnlyList<Closing> closings, None[] results)
    {
        foreach (Closing closing in closings)
        {
            await transaction.Execute(
                AcceptSql.AddRecord, closing.Records.Select(record => (record, closing.At)).ToList());
            await transaction.Execute(AcceptSql.SetRecorded, closing.Through);
        }
    }

    private async ValueTask WriteBatches(Transaction transaction, IReadOnlyList<IdBatch> batches, bool[] stored)
    {
        if (_database.Dialect == Dialect.Postgres)
            await transaction.Query(AcceptSql.LockShared, default(None));
        AcceptClock clock = (await transaction.Query(AcceptSql.ReadClock, default(None)))[0];
        var open = new List<IdBatch>(batches.Count);
        for (int i = 0; i < stored.Length; i++)
        {
            stored[i] = batches[i].Minute > clock.SealedThrough;
            if (stored[i])
                open.Add(batches[i]);
        }

        await transaction.Execute(AcceptSql.AddBatch, open);
    }

    private sealed record Closing(IReadOnlyList<MinuteRecord> Records, long Through, DateTimeOffset At);
}
