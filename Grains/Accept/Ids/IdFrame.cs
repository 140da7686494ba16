using System.Buffers.Binary;
using Turnstile.Numerics;

namespace Turnstile.Grains.Accept.Ids;

/// <summary>
/// What one append to a file of ids adds: 24 bytes, then for each batch its shard, the number of its ids and the ids, 8 bytes each;
/// all little endian. The checksum is of all that follows it, so that a frame vouches for its minute as well as for its ids.
/// </summary>
internal static class IdFrame
{
    public const int HeaderBytes = 24;

    // "TAI1": Turnstile accepted ids, first format.
    private const uint Mark = 0x31494154;
    private const int ChecksumEnd = 8;
    private const int MinuteAt = 8;
    private const int LengthAt = 16;

    /// <summary>Bytes of the frame of these batches.</summary>
    public static int LengthOf(IReadOnlyCollection<IdBatch> batches) =>
        HeaderBytes + batches.Sum(batch => (batch.Ids.Length + 2) * sizeof(long));

    /// <summary>Writes batches of one minute, as one frame of exactly these bytes.</summary>
    public static void Write(Span<byte> frame, long minute, IReadOnlyCollection<IdBatch> batches)
    {
        Span<byte> rest = frame[HeaderBytes..];
        foreach (IdBatch batch in batches)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, batch.Shard);
            BinaryPrimitives.WriteInt64LittleEndian(rest[sizeof(long)..], batch.Ids.Length);
            rest = rest[(2 * sizeof(long))..];
            IdBytes.Write(batch.Ids, rest);
            rest = rest[(batch.Ids.Length * sizeof(long))..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(frame, Mark);
        BinaryPrimitives.WriteInt64LittleEndian(frame[MinuteAt..], minute);
        BinaryPrimitives.WriteInt64LittleEndian(frame[LengthAt..], frame.Length - HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[sizeof(uint)..], Checksum.Of(frame[ChecksumEnd..]));
    }

    /// <summary>Bytes behind the header, if it is one.</summary>
    /// <returns>-1 where it is none.</returns>
    public static long LengthBehind(ReadOnlySpan<byte> header, long minute) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header) == Mark
        && BinaryPrimitives.ReadInt64LittleEndian(header[MinuteAt..]) == minute
            ? BinaryPrimitives.ReadInt64LittleEndian(header[LengthAt..])
            : -1;

    /// <summary>Whether a frame, whose header fits its length, is as it was written.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> frame) =>
        Checksum.Of(frame[ChecksumEnd..]) == BinaryPrimitives.ReadUInt32LittleEndian(frame[sizeof(uint)..]);

    /// <summary>Whether a whole frame of the minute begins anywhere in here.</summary>
    public static bool IsIn(ReadOnlySpan<byte> bytes, long minute)
    {
        Span<byte> mark = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(mark, Mark);
        while (bytes.IndexOf(mark) is var at and >= 0)
        {
            bytes = bytes[at..];
            if (bytes.Length < HeaderBytes)
                return false;
            long length = LengthBehind(bytes, minute);
            if (length >= 0 && length <= bytes.Length - HeaderBytes && IsWhole(bytes[..(HeaderBytes + (int)length)]))
                return true;
            bytes = bytes[1..];
        }

        return false;
    }

    /// <summary>The ids in a whole frame.</summary>
    public static long Count(ReadOnlySpan<byte> frame)
    {
        long ids = 0;
        ReadOnlySpan<byte> rest = frame[HeaderBytes..];
        while (rest.Length > 0)
        {
            int count = (int)BinaryPrimitives.ReadInt64LittleEndian(rest[sizeof(long)..]);
            ids += count;
            rest = rest[((count + 2) * sizeof(long))..];
        }

        return ids;
    }

    /// <summary>The batches of a whole frame.</summary>
    public static List<StoredBatch> Read(ReadOnlySpan<byte> frame, long minute)
    {
        var batches = new List<StoredBatch>();
        ReadOnlySpan<byte> rest = frame[HeaderBytes..];
        while (rest.Length > 0)
        {
            long shard = BinaryPrimitives.ReadInt64LittleEndian(rest);
            int bytes = (int)BinaryPrimitives.ReadInt64LittleEndian(rest[sizeof(long)..]) * sizeof(long);
            rest = rest[(2 * sizeof(long))..];
            batches.Add(new StoredBatch(minute, shard, rest[..bytes].ToArray()));
            rest = rest[bytes..];
        }

        return batches;
    }
}
