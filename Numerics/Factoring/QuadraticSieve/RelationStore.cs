namespace Turnstile.Numerics;

/// <summary>
/// Relations as they are written to checkpoints: some 45 bytes each, most of them the primes as differences in LEB128
/// varints. They lie in blocks that are never moved, so that adding one never takes long and a checkpoint is a copy of
/// the blocks.
/// </summary>
internal sealed class RelationStore
{
    private const int BlockBits = 20;
    private const int FirstBlockBits = 14;

    // Five bytes for each of a relation's integers.
    private const int IntegerBytes = 5;
    private const int OtherIntegers = 6;

    private readonly List<byte[]> _blocks = [];
    private readonly List<int> _ends = [];

    // Block and offset of each relation.
    private readonly BlockList<int> _starts = new();

    // Where the next relation that a checkpoint brought begins.
    private int _resumedBlock;
    private int _resumedPlace;

    /// <summary>How many relations can be read.</summary>
    public int Count => _starts.Count;

    public void Add(in Relation relation, ReadOnlySpan<int> factors)
    {
        var block = Reserve(IntegerBytes * (OtherIntegers + factors.Length));
        var place = _ends[^1];
        _starts.Add(((_blocks.Count - 1) << BlockBits) | place);
        WriteInteger(block, ref place, (uint)relation.Family);
        WriteInteger(block, ref place, (uint)relation.Polynomial);

        // A position's sign is moved to where small numbers stay short.
        WriteInteger(block, ref place, (uint)((relation.Position << 1) ^ (relation.Position >> 31)));
        WriteInteger(block, ref place, relation.SmallerLarge);
        WriteInteger(block, ref place, relation.LargerLarge);
        WriteInteger(block, ref place, ((uint)factors.Length << 1) | (relation.IsNegative ? 1u : 0u));
        var last = 0;
        foreach (var factor in factors)
        {
            WriteInteger(block, ref place, (uint)(factor - last));
            last = factor;
        }

        _ends[^1] = place;
    }

    /// <summary>A relation; its primes are added to a list.</summary>
    public Relation Read(int index, List<int> factors)
    {
        var block = _starts[index] >> BlockBits;
        var place = _starts[index] & ((1 << BlockBits) - 1);
        return Read(Filled(block), ref place, factors);
    }

    public void Write(CheckpointWriter output)
    {
        output.Expect(_ends.Sum() + (IntegerBytes * (_ends.Count + 1)));
        output.Write(_blocks.Count);
        for (var i = 0; i < _blocks.Count; i++)
            output.Write(_blocks[i].AsSpan(0, _ends[i]));
    }

    /// <summary>
    /// Takes what <see cref="Write"/> wrote; <see cref="TryResume"/> then finds the relations in it.
    /// </summary>
    public void Read(ref CheckpointReader input)
    {
        for (var count = input.ReadCount(1 << (31 - BlockBits)); count > 0; count--)
        {
            var bytes = input.ReadBytes();
            if (bytes.Length > BlockLength(_blocks.Count))
                throw new InvalidDataException("The checkpoint's relations are in longer blocks.");

            // Only the last one is added to.
            AddBlock(count == 1 ? BlockLength(_blocks.Count) : bytes.Length);
            bytes.CopyTo(_blocks[^1]);
            _ends[^1] = bytes.Length;
        }
    }

    /// <summary>
    /// Reads the next relation that a checkpoint brought, so that it can be read like others; false after the last one.
    /// </summary>
    public bool TryResume(List<int> factors, out Relation relation)
    {
        if (_resumedBlock < _blocks.Count && _resumedPlace == _ends[_resumedBlock])
            (_resumedBlock, _resumedPlace) = (_resumedBlock + 1, 0);
        relation = default;
        if (_resumedBlock == _blocks.Count)
            return false;
        _starts.Add((_resumedBlock << BlockBits) | _resumedPlace);
        relation = Read(Filled(_resumedBlock), ref _resumedPlace, factors);
        return true;
    }

    private ReadOnlySpan<byte> Filled(int block) => _blocks[block].AsSpan(0, _ends[block]);

    private byte[] Reserve(int bytes)
    {
        if (_blocks.Count == 0 || _blocks[^1].Length - _ends[^1] < bytes)
            AddBlock(BlockLength(_blocks.Count));
        return _blocks[^1];
    }

    private void AddBlock(int length)
    {
        _blocks.Add(GC.AllocateUninitializedArray<byte>(length));
        _ends.Add(0);
    }

    // The first ones are shorter: most numbers need no more.
    private static int BlockLength(int index) => 1 << Math.Min(FirstBlockBits + index, BlockBits);

    private static Relation Read(ReadOnlySpan<byte> block, ref int place, List<int> factors)
    {
        var family = (int)ReadInteger(block, ref place);
        var polynomial = (int)ReadInteger(block, ref place);
        var position = ReadInteger(block, ref place);
        var smaller = ReadInteger(block, ref place);
        var larger = ReadInteger(block, ref place);
        var count = ReadInteger(block, ref place);
        var factor = 0;
        for (var i = count >> 1; i > 0; i--)
        {
            factor += (int)ReadInteger(block, ref place);
            factors.Add(factor);
        }

        var signed = (int)(position >> 1) ^ -(int)(position & 1);
        return new(family, polynomial, signed, (count & 1) != 0, smaller, larger);
    }

    private static void WriteInteger(byte[] block, ref int place, uint value)
    {
        for (; value >= 0x80; value >>= 7)
            block[place++] = (byte)(value | 0x80);
        block[place++] = (byte)value;
    }

    private static uint ReadInteger(ReadOnlySpan<byte> block, ref int place)
    {
        var value = 0u;
        for (var shift = 0; place < block.Length; shift += 7)
        {
            var next = block[place++];
            value |= (uint)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw new InvalidDataException("The checkpoint's relations are cut off.");
    }
}
