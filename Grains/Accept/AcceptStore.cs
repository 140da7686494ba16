using Turnstile.Accept;
using Turnstile.Grains.Accept.Ids;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Accept;

/// <summary>
/// Ids, records and cursors on disk. A change is stored when its task completes. Ids and sealing exclude each other: once a
/// minute is sealed, in this process or another, none is added to it.
/// </summary>
internal sealed class AcceptStore : IAsyncDisposable
{
    private const int DroppedAtOnce = 200;

    private readonly Database _database;
    private readonly IIdStore _ids;
    private readonly BatchWriter<long, None> _seals;
    private readonly BatchWriter<Closing, None> _closings;
    private readonly BatchWriter<(long Through, int Limit), int> _drops;
    private readonly RowWriter<string> _writers;
    private readonly RowWriter<WriterCursor> _cursors;

    public AcceptStore(Database database, IIdStore ids)
    {
        _database = database;
        _ids = ids;
        GroupCommit writes = database.Writes;
        _seals = writes.CreateWriter<long, None>("accept seals", WriteSeals);
        _closings = writes.CreateWriter<Closing, None>("accept records", WriteClosings);
        _drops = writes.CreateWriter<(long Through, int Limit), int>("accept record drops", WriteDrops);
        _writers = writes.CreateWriter("accept writers", AcceptSql.AddWriter);
        _cursors = writes.CreateWriter("accept cursors", AcceptSql.MoveWriter);
    }

    /// <inheritdoc cref="IIdStore.Open"/>
    public Task Open() => _ids.Open();

    /// <summary>Stores the ids, unless their minute is sealed.</summary>
    /// <returns>False where it is; nothing is stored then.</returns>
    public Task<bool> Add(IdBatch batch) => _ids.Add(batch);

    /// <summary>From its end on no id is added to the minutes up to this one.</summary>
    public async Task Seal(long throughMinute)
    {
        await _ids.Shut(throughMinute);
        await _seals.Write(throughMinute);
    }

    /// <summary>
    /// Stores the records that are not stored yet, and that all up to <paramref name="throughMinute"/> are.
    /// </summary>
    public Task Record(IReadOnlyList<MinuteRecord> records, long throughMinute, DateTimeOffset at) =>
        _closings.Write(new Closing(records, throughMinute, at), records.Count + 1);

    /// <inheritdoc cref="IIdStore.Drop"/>
    public Task DropIds(long throughMinute) => _ids.Drop(throughMinute);

    /// <summary>Removes the records up to a minute, a few at a time so that others get to write in between.</summary>
    public async Task DropRecords(long throughMinute)
    {
        while (await _drops.Write((throughMinute, DroppedAtOnce), DroppedAtOnce) == DroppedAtOnce)
        {
        }
    }

    public async ValueTask<AcceptClock> Clock() => (await _database.QueryFirstOrDefault(AcceptSql.ReadClock, default))!;

    /// <inheritdoc cref="IIdStore.MinutesWithIds"/>
    public Task<List<long>> MinutesWithIds(long after, long through) => _ids.MinutesWithIds(after, through);

    /// <inheritdoc cref="IIdStore.SumOfMinute"/>
    public ValueTask<long> SumOfMinute(long minute) => _ids.SumOfMinute(minute);

    /// <inheritdoc cref="IIdStore.OfMinute"/>
    public IAsyncEnumerable<StoredBatch> OfMinute(long minute) => _ids.OfMinute(minute);

    /// <inheritdoc cref="IIdStore.OfShard"/>
    public IAsyncEnumerable<StoredBatch> OfShard(long shard, long afterMinute) => _ids.OfShard(shard, afterMinute);

    public ValueTask<MinuteRecord?> FindRecord(long minute) => _database.QueryFirstOrDefault(AcceptSql.FindRecord, minute);

    /// <summary>The newest records, newest first.</summary>
    public Task<List<MinuteRecord>> LastRecords(int limit) => _database.QueryList(AcceptSql.LastRecords, limit);

    public Task<List<MinuteRecord>> RecordsAfter(long minute, int limit) =>
        _database.QueryList(AcceptSql.RecordsAfter, (minute, limit));

    /// <summary>Makes the writer known; one that is new is to deliver from the next record on.</summary>
    public Task AddWriter(string name) => _writers.Write(name);

    public ValueTask<WriterCursor?> FindWriter(string name) => _database.QueryFirstOrDefault(AcceptSql.FindWriter, name);

    public Task MoveWriter(WriterCursor cursor) => _cursors.Write(cursor);

    /// <summary>Lets go of the ids; their owner is the process.</summary>
    public ValueTask DisposeAsync() => _ids.DisposeAsync();

    private static async ValueTask WriteDrops(
        Transaction transaction, IReadOnlyList<(long Through, int Limit)> drops, int[] dropped)
    {
        for (int i = 0; i < dropped.Length; i++)
            dropped[i] = await transaction.Execute(AcceptSql.DropRecords, drops[i]);
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

    private sealed record Closing(IReadOnlyList<MinuteRecord> Records, long Through, DateTimeOffset At);
}
