namespace Turnstile.Grains.Accept.Ids;

/// <summary>
/// The ids of the minutes that are not recorded yet, on disk, as they were taken in. Adding and shutting exclude each other.
/// </summary>
internal interface IIdStore : IAsyncDisposable
{
    /// <summary>Makes what is stored ready. Once, when the database is open and before anything else.</summary>
    /// <exception cref="IdsDamagedException">Something that was promised cannot be read.</exception>
    Task Open();

    /// <summary>
    /// Stores the ids, unless their minute is shut; they are on disk when it ends. Where it fails they may be stored or not, and
    /// adding them again is harmless.
    /// </summary>
    /// <returns>False where it is shut; nothing is stored then.</returns>
    /// <exception cref="Storage.StorageUnavailableException">They cannot be written now.</exception>
    Task<bool> Add(IdBatch batch);

    /// <summary>From its end on this process adds no id to the minutes up to this one, which are about to be sealed.</summary>
    Task Shut(long throughMinute);

    /// <summary>The minutes in between that have ids, ascending.</summary>
    Task<List<long>> MinutesWithIds(long after, long through);

    /// <summary>How many ids the minute's batches hold, those of two batches counted twice.</summary>
    ValueTask<long> SumOfMinute(long minute);

    /// <summary>The batches of a minute, in the order in which they were stored.</summary>
    IAsyncEnumerable<StoredBatch> OfMinute(long minute);

    /// <summary>The batches of a shard in the minutes after one, those of a minute in the order in which they were stored.</summary>
    IAsyncEnumerable<StoredBatch> OfShard(long shard, long afterMinute);

    /// <summary>Removes the ids of the minutes up to this one, which are recorded.</summary>
    Task Drop(long throughMinute);
}

/// <summary>Ids of one shard and minute that are to be stored.</summary>
internal sealed record IdBatch(long Minute, long Shard, long[] Ids);

/// <summary>Ids as they are stored; see <see cref="IdBytes"/>.</summary>
internal sealed record StoredBatch(long Minute, long Shard, byte[] Ids)
{
    public int Count => Ids.Length / sizeof(long);
}

/// <summary>Ids that were answered as counted cannot be read. Nothing was changed.</summary>
public sealed class IdsDamagedException : Exception
{
    public IdsDamagedException(string message)
        : base(message)
    {
    }
}
