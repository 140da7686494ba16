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
/// Writes a checkpoint: a version, the kind, the input, then whatever the kernel adds, and a checksum of all. Integers
/// are LEB128 varints.
/// </summary>
internal sealed class CheckpointWriter
{
    /// <summary>The version of all checkpoints; one higher whenever a kernel writes differently.</summary>
    public const byte Version = 2;

    private readonly IBufferWriter<byte> _writer;
    private uint _checksum;

    public CheckpointWriter(IBufferWriter<byte> writer, CheckpointKind kind, BigInteger input)
    {
        _writer = writer;
        Write(Version);
        Write((byte)kind);
        Write(input);
    }

    /// <summary>So many bytes are about to come: a buffer may grow at once rather than by and by.</summary>
    public void Expect(int bytes) => _writer.GetSpan(bytes);

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
        Advance(span[..count]);
    }

    public void Write(BigInteger natural)
    {
        var bytes = natural.ToByteArray(isUnsigned: true);
        Write(bytes);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Write(bytes.Length);
        var span = _writer.GetSpan(bytes.Length);
        bytes.CopyTo(span);
        Advance(span[..bytes.Length]);
    }

    public void Write(double value)
    {
        var span = _writer.GetSpan(sizeof(double))[..sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(span, value);
        Advance(span);
    }

    /// <summary>To be called last.</summary>
    public void End()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_writer.GetSpan(sizeof(uint)), _checksum);
        _writer.Advance(sizeof(uint));
    }

    private void Advance(ReadOnlySpan<byte> written)
    {
        _checksum = Checksum.Add(_checksum, written);
        _writer.Advance(written.Length);
    }
}
