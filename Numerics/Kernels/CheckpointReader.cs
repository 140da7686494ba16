using System.Buffers.Binary;
using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// Reads what <see cref="CheckpointWriter"/> wrote. Anything that does not fit is an <see
/// cref="InvalidDataException"/>; what is damaged is refused before anything is read.
/// </summary>
internal ref struct CheckpointReader
{
    private ReadOnlySpan<byte> _rest;

    public CheckpointReader(ReadOnlySpan<byte> checkpoint, CheckpointKind kind, BigInteger input)
    {
        if (checkpoint.Length < sizeof(uint))
            throw new InvalidDataException("The checkpoint ends too early.");
        _rest = checkpoint[..^sizeof(uint)];
        if (Checksum.Of(_rest) != BinaryPrimitives.ReadUInt32LittleEndian(checkpoint[^sizeof(uint)..]))
            throw new InvalidDataException("The checkpoint is damaged or of another version.");
        if (ReadInt64() != CheckpointWriter.Version)
            throw new InvalidDataException("The checkpoint is of another version.");
        if (ReadInt64() != (byte)kind)
            throw new InvalidDataException("The checkpoint is of another kind of computation.");
        if (ReadNatural() != input)
            throw new InvalidDataException("The checkpoint is of another number.");
    }

    public long ReadInt64()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return (long)value;
        }

        throw new InvalidDataException("The checkpoint holds an integer of more than 64 bits.");
    }

    /// <summary>An integer from 0 to <paramref name="max"/>.</summary>
    public int ReadCount(int max)
    {
        var value = ReadInt64();
        if (value < 0 || value > max)
            throw new InvalidDataException("The checkpoint holds an integer out of range.");
        return (int)value;
    }

    public BigInteger ReadNatural() => new(ReadBytes(), isUnsigned: true);

    public ReadOnlySpan<byte> ReadBytes() => Take(ReadCount(_rest.Length));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    /// <summary>To be called last: everything has to be read.</summary>
    public readonly void End()
    {
        if (!_rest.IsEmpty)
            throw new InvalidDataException("The checkpoint is longer than it should be.");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw new InvalidDataException("The checkpoint ends too early.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
