using System.Numerics;
using System.Runtime.InteropServices;

namespace Turnstile.Grains.Storage.Files;

/// <summary>The CRC-32C (G. Castagnoli and others, 1993) of what is kept in files; processors have an instruction for it.</summary>
internal static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
            crc = BitOperations.Crc32C(crc, word);
        foreach (byte last in bytes[(bytes.Length & ~7)..])
            crc = BitOperations.Crc32C(crc, last);
        return ~crc;
    }
}
