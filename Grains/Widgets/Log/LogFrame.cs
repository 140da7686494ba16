using System.Buffers.Binary;
using Turnstile.Numerics;

namespace Turnstile.Grains.Widgets.Log;

/// <summary>
/// What stands before every group of changes in the log: 28 bytes, little endian. The checksum is of all that follows
/// it, so that a frame vouches for its own place as well as for its changes.
/// </summary>
/// <param name="Length">Bytes of the changes that follow.</param>
/// <param name="First">The number of the first of them.</param>
/// <param name="Count">How many they are; at least 1.</param>
internal readonly record struct LogFrame(int Length, long First, int Count)
{
    public const int HeaderBytes = 28;

    // "TWL1": Turnstile widget log, first format.
    private const uint Mark = 0x314C5754;
    private const int ChecksumEnd = 8;

    public long Last => First + Count - 1;

    /// <summary>Finishes a frame whose changes stand behind room for the header.</summary>
    public static void Seal(Span<byte> frame, long first, int count)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(frame[8..], frame.Length - HeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(frame[12..], first);
        BinaryPrimitives.WriteInt32LittleEndian(frame[20..], count);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[24..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Checksum.Of(frame[ChecksumEnd..]));
    }

    /// <summary>The frame that begins here.</summary>
    /// <returns>False where none does, or it is not whole.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out LogFrame frame)
    {
        frame = default;
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Mark)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (length < 0 || length > bytes.Length - HeaderBytes
            || Checksum.Of(bytes[ChecksumEnd..(HeaderBytes + length)]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]))
        {
            return false;
        }

        frame = new LogFrame(
            length, BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]));
        return frame.Count > 0;
    }

    /// <summary>Whether a whole frame begins anywhere in here.</summary>
    public static bool IsIn(ReadOnlySpan<byte> bytes)
    {
        Span<byte> mark = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(mark, Mark);
        while (bytes.IndexOf(mark) is var at and >= 0)
        {
            if (TryRead(bytes[at..], out _))
            {
                return true;
            }

            bytes = bytes[(at + 1)..];
        }

        return false;
    }
}
