using System.Buffers.Binary;
using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>CRC-32C (G. Castagnoli and others, 1993), which processors compute themselves: gigabytes a second.</summary>
internal static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> bytes) => Add(0, bytes);

    /// <summary>The checksum of what <paramref name="sum"/> is of with more bytes behind it; begins with 0.</summary>
    public static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        sum = ~sum;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var rest in bytes)
            sum = BitOperations.Crc32C(sum, rest);
        return ~sum;
    }
}
