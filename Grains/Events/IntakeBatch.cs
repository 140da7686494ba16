using System.Buffers;
using Turnstile.Events;

namespace Turnstile.Grains.Events;

/// <summary>
/// Events handed in together, encoded on the caller's thread so that the one that writes has little left to do.
/// </summary>
internal sealed class IntakeBatch
{
    private readonly ArrayBufferWriter<byte> _bytes;

    private IntakeBatch(int count)
    {
        Items = new IntakeItem[count];
        _bytes = new ArrayBufferWriter<byte>(count * 48);
    }

    public IntakeItem[] Items { get; }

    public static IntakeBatch Of(IReadOnlyList<CasinoEvent> events, int partitions, DateTimeOffset receivedAt)
    {
        var batch = new IntakeBatch(events.Count);
        for (int i = 0; i < events.Count; i++)
        {
            int start = batch._bytes.WrittenCount;
            EventCodec.Write(batch._bytes, events[i]);
            long hash = EventCodec.ContentHash(batch._bytes.WrittenSpan[start..]);
            EventCodec.WriteReceipt(batch._bytes, receivedAt);
            batch.Items[i] = new IntakeItem(
                events[i].Id, hash, Partition(events[i].PlayerId, partitions), start, batch._bytes.WrittenCount - start);
        }

        return batch;
    }

    public ReadOnlySpan<byte> Bytes(in IntakeItem item) => _bytes.WrittenSpan.Slice(item.Offset, item.Length);

    /// <summary>
    /// The partition of a player, by the finaliser of SplitMix64 (Steele, Lea, Flood, 2014): neighbours part.
    /// </summary>
    public static int Partition(long player, int partitions)
    {
        ulong mixed = (ulong)player;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed ^ (mixed >> 31)) % (ulong)partitions);
    }
}

/// <summary>One event of a batch; its bytes stand at the offset.</summary>
internal readonly record struct IntakeItem(long Id, long ContentHash, int Partition, int Offset, int Length);

/// <summary>What became of a batch, and which partitions have something new.</summary>
internal sealed record IntakeResult(IntakeOutcome Outcome, IReadOnlyList<int> Partitions)
{
    public static IntakeResult Refused(IntakeOutcome outcome) => new(outcome, []);
}
