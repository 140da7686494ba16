using System.IO.Compression;

namespace Turnstile.Grains.Events;

/// <summary>
/// The final events of a step as they are stored: packed by zlib (RFC 1950) to about a tenth, because events say much alike. The
/// database writes every byte twice; packing costs some two microseconds an event, on the thread of its partition.
/// </summary>
internal static class StepLines
{
    private const int Ratio = 8;

    public static byte[] Pack(byte[] lines)
    {
        using var packed = new MemoryStream(lines.Length / Ratio);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(lines);
        }

        return packed.ToArray();
    }

    public static byte[] Unpack(byte[] stored)
    {
        // Rows of before this was packed are JSON, which no packed row begins like.
        if (stored is [(byte)'{', ..])
        {
            return stored;
        }

        using var lines = new MemoryStream(stored.Length * Ratio);
        using var zlib = new ZLibStream(new MemoryStream(stored), CompressionMode.Decompress);
        zlib.CopyTo(lines);
        return lines.ToArray();
    }
}
