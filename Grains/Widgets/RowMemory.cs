using System.Buffers.Binary;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// Keeps rows in large blocks, which the garbage collector neither moves nor looks into: millions of rows that stay for some seconds would
/// be copied from generation to generation one by one, and hold up everybody meanwhile. Never overwritten: a block goes when nobody has a
/// row of it any more.
/// </summary>
/// <remarks>
/// A few rows that stay hold a whole block. So whoever keeps rows for long moves them out of blocks that are old. Used in the ledger's
/// turns.
/// </remarks>
internal sealed class RowMemory
{
    // Beyond the 85,000 bytes from which on an array is a large object.
    private const int BlockBytes = 128 << 10;

    // In seconds: twice the time in which all rows are looked at that may stay for long.
    private const int AgeMax = 2 * IdleWidgets.LapSeconds;

    // At the begin of a block, the second in which it was begun.
    private const int BirthBytes = sizeof(int);

    private byte[] _block = [];
    private int _used;
    private int _now;

    /// <summary>One second passes.</summary>
    public void Tick()
    {
        _now++;

        // What is kept in a block that is half as old as it may be would soon be moved again.
        if (_used > 0 && _now - Birth(_block) > AgeMax / 2)
        {
            _block = [];
            _used = 0;
        }
    }

    /// <summary>The same row, in a block.</summary>
    public PackedWidget Keep(PackedWidget row) => Keep(row.Bytes);

    /// <summary>A row of these bytes, in a block.</summary>
    public PackedWidget Keep(ReadOnlySpan<byte> row)
    {
        if (_block.Length - _used < row.Length)
        {
            _block = GC.AllocateUninitializedArray<byte>(BlockBytes);
            BinaryPrimitives.WriteInt32LittleEndian(_block, _now);
            _used = BirthBytes;
        }

        row.CopyTo(_block.AsSpan(_used));
        var kept = new PackedWidget(_block, _used, row.Length);
        _used += row.Length;
        return kept;
    }

    /// <summary>Whether a row that is kept here is in a block that is to be given up.</summary>
    public bool IsOld(PackedWidget row) => _now - Birth(row.Block) > AgeMax;

    private static int Birth(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadInt32LittleEndian(block);
}
