using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Turnstile.Grains.Accept;

/// <summary>Ids as they are stored: 8 bytes each, the least significant first.</summary>
internal static class IdBytes
{
    public static byte[] Write(ReadOnlySpan<long> ids)
    {
        byte[] bytes = MemoryMarshal.AsBytes(ids).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            Span<long> turned = MemoryMarshal.Cast<byte, long>(bytes.AsSpan());
            BinaryPrimitives.ReverseEndianness(turned, turned);
        }

        return bytes;
    }

    /// <summary>The ids, in place of their bytes, which are used up.</summary>
    public static ReadOnlySpan<long> Read(byte[] bytes)
    {
        Span<long> ids = MemoryMarshal.Cast<byte, long>(bytes.AsSpan());
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(ids, ids);
        return ids;
    }
}
