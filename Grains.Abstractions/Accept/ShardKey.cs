namespace Turnstile.Accept;

/// <summary>
/// Names a shard: its number and how many there are, because shard 1 of 2 and shard 1 of 4 hold different ids.
/// </summary>
[GenerateSerializer, Immutable, Alias("turnstile.ShardKey")]
public readonly record struct ShardKey([property: Id(0)] int Number, [property: Id(1)] int Of)
{
    private const int NumberBits = 16;

    public long Value => ((long)Of << NumberBits) | (uint)Number;

    /// <summary>The shard of an id. It is the same in every process, so that an id is counted in one place.</summary>
    /// <remarks>The finalizer of MurmurHash3 (Austin Appleby, 2011), then a multiplication instead of a division.</remarks>
    public static ShardKey Holding(long id, int shards)
    {
        ulong hash = (ulong)id;
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return new ShardKey((int)(((hash >> 32) * (ulong)shards) >> 32), shards);
    }
}
