using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>Which kernel a checkpoint is of. The numbers are written down: never reuse one.</summary>
internal enum CheckpointKind : byte
{
    NextPrime = 1,
    Factorization = 2,
}

/// <summary>
/// Writes a checkpoint: a version, the kind, the input, then whatever the kernel adds. Integers are LEB128 varints.
/// </summary>
internal readonly struct CheckpointWriter
{
    /// <summary>The version of all checkpoints; one higher whenever a kernel writes differently.</summary>
    public const byte Version = 1;

    private readonly IBufferWriter<byte> _writer;

    public CheckpointWriter(IBufferWriter<byte> writer, CheckpointKind kind, BigInteger input)
    {
        _writer = writer;
        Write(Version);
        Write((byte)kind);
        Write(input);
    }

    public void Write(long value)
    {
        var span = _writer.GetSpan(10);
        var count = 0;
        var rest = (ulong)value;
        while (rest >= 0x80)
        {
            span[count++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        span[count++] = (byte)rest;
        _writer.Advance(count);
    }

    public void Write(BigInteger natural)
    {
        var bytes = natural.ToByteArray(isUnsigned: true);
        Write(bytes);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Write(bytes.Length);
        _writer.Write(bytes);
    }

    public void Write(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(_writer.GetSpan(8), value);
        _writer.Advance(8);
    }
}
