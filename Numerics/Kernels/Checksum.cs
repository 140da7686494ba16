using System.Buffers.Binary;
using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>CRC-32C, which processors compute themselves: gigabytes a second.</summary>
internal static class Checksum
{
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
