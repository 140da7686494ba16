using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Accept.Ids;

/// <summary>
/// The ids in a table of the database: what several silos share. Its transactions read what is sealed, whoever sealed it.
/// </summary>
internal sealed class IdTable : IIdStore
{
    private const int BatchesRead = 256;
    private const int BatchesDropped = 200;

    private readonly Database _database;
    private readonly BatchWriter<IdBatch, bool> _batches;
    private readonly BatchWriter<(long Through, int Limit), int> _drops;

    public IdTable(Database database)
    {
        _database = database;
        _batches = database.Writes.CreateWriter<IdBatch, bool>("accept batches", Write);
        _drops = database.Writes.CreateWriter<(long Through, int Limit), int>("accept batch drops", WriteDrops);
    }

    public Task Open() => Task.CompletedTask;

    public Task<bool> Add(IdBatch batch) => _batches.Write(batch);

    /// <summary>Nothing to do: the seal itself keeps additions out.</summary>
    public Task Shut(long throughMinute) => Task.CompletedTask;

    public Task<List<long>> MinutesWithIds(long after, long through) =>
        _database.QueryList(AcceptSql.MinutesWithIds, (after, through));

    public ValueTask<long> SumOfMinute(long minute) => _database.QueryFirstOrDefault(AcceptSql.SumOfMinute, minute);

    public IAsyncEnumerable<StoredBatch> OfMinute(long minute) =>
        Batches(after => _database.QueryList(AcceptSql.PageMinute, (minute, after, BatchesRead)));

    public IAsyncEnumerable<StoredBatch> OfShard(long shard, long afterMinute) =>
        Batches(after => _database.QueryList(AcceptSql.PageShard, (shard, afterMinute, after, BatchesRead)));

    /// <summary>Everything in the minutes after one, some batches at a time.</summary>
    public IAsyncEnumerable<List<StoredBatch>> After(long minute) =>
        Pages(after => _database.QueryList(AcceptSql.PageAll, (minute, after, BatchesRead)));

    /// <summary>A few at a time, so that others get to write in between.</summary>
    public async Task Drop(long throughMinute)
    {
        while (await _drops.Write((throughMinute, BatchesDropped), BatchesDropped) == BatchesDropped)
        {
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async IAsyncEnumerable<StoredBatch> Batches(Func<long, Task<List<(long Id, StoredBatch Batch)>>> read)
    {
        await foreach (List<StoredBatch> page in Pages(read))
        {
            foreach (StoredBatch batch in page)
                yield return batch;
        }
    }

    private static async IAsyncEnumerable<List<StoredBatch>> Pages(Func<long, Task<List<(long Id, StoredBatch Batch)>>> read)
    {
        long after = 0;
        while (await read(after) is { Count: > 0 } page)
        {
            yield return page.ConvertAll(row => row.Batch);
            after = page[^1].Id;
        }
    }

    private async ValueTask Write(Transaction transaction, IReadOnlyList<IdBatch> batches, bool[] stored)
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

    private static async ValueTask WriteDrops(
        Transaction transaction, IReadOnlyList<(long Through, int Limit)> drops, int[] dropped)
    {
        for (int i = 0; i < dropped.Length; i++)
            dropped[i] = await transaction.Execute(AcceptSql.DropBatches, drops[i]);
    }
}
