using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Turnstile.Grains.Accept.Ids;

/// <summary>Ids as they are stored: 8 bytes each, the least significant first.</summary>
internal static class IdBytes
{
    public static byte[] Write(ReadOnlySpan<long> ids)
    {
        byte[] bytes = new byte[ids.Length * sizeof(long)];
        Write(ids, bytes);
        return bytes;
    }

    /// <summary>Writes them to the begin of the bytes.</summary>
    public static void Write(ReadOnlySpan<long> ids, Span<byte> bytes)
    {
        Span<long> stored = MemoryMarshal.Cast<byte, long>(bytes)[..ids.Length];
        if (BitConverter.IsLittleEndian)
            ids.CopyTo(stored);
        else
            BinaryPrimitives.ReverseEndianness(ids, stored);
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
