using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Turnstile.Numerics;

/// <summary>
/// Vectors x with Mx = 0 over GF(2) for a dense matrix of bits, by row reduction with tables of the sums of eight
/// pivot rows at a time (V. L. Arlazarov, E. A. Dinic, M. A. Kronrod and I. A. Faradzhev, "On economical construction
/// of the transitive closure of a directed graph", 1970).
/// </summary>
internal sealed unsafe class DenseNullSpace : IDisposable
{
    private const int TableBits = 8;

    // Rows are whole cache lines.
    private const int LineWords = 8;

    // Rows cleared in a piece: some hundred microseconds' worth.
    private const int PieceWords = 1 << 22;

    private readonly int _rowCount;
    private readonly int _columns;
    private readonly int _words;
    private readonly AlignedArray<ulong> _bits;
    private readonly AlignedArray<ulong> _table;
    private readonly int[] _order;
    private readonly List<int> _pivots = [];

    public DenseNullSpace(int rows, int columns)
    {
        _rowCount = rows;
        _columns = columns;
        _words = (columns + (64 * LineWords) - 1) / (64 * LineWords) * LineWords;
        _bits = new(checked(rows * _words));
        _table = new((1 << TableBits) * _words);
        _order = [.. Enumerable.Range(0, rows)];
    }

    public void Flip(int row, int column) => Row(row)[column >> 6] ^= 1UL << (column & 63);

    /// <summary>Brings the matrix to reduced row echelon form, in pieces.</summary>
    public IEnumerable<double> Work()
    {
        var worked = 0L;
        for (var column = 0; column < _columns && _pivots.Count < _rowCount;)
        {
            var first = _pivots.Count;
            column = FindPivots(column);
            Eliminate(first, _pivots.Count - first);
            worked += (long)_rowCount * _words;
            if (worked < PieceWords)
                continue;
            worked = 0;
            yield return (double)column / _columns;
        }
    }

    /// <summary>
    /// Up to <paramref name="most"/> independent vectors of the null space, as the columns that add up to zero.
    /// </summary>
    public IEnumerable<List<int>> Vectors(int most)
    {
        var isPivot = new HashSet<int>(_pivots);
        for (var free = 0; free < _columns && most > 0; free++)
        {
            if (isPivot.Contains(free))
                continue;
            most--;
            var vector = new List<int> { free };
            for (var i = 0; i < _pivots.Count; i++)
                if (Bit(i, free))
                    vector.Add(_pivots[i]);
            yield return vector;
        }
    }

    public void Dispose()
    {
        _bits.Dispose();
        _table.Dispose();
    }

    private ulong* Row(int row) => _bits.Pointer + ((long)_order[row] * _words);

    // Up to eight pivots within one word of columns, reduced among themselves. Gives the column to go on from.
    private int FindPivots(int column)
    {
        var first = _pivots.Count;
        var word = column >> 6;
        for (; column < _columns && column >> 6 == word; column++)
        {
            if (_pivots.Count - first == TableBits || _pivots.Count == _rowCount)
                break;
            var next = _pivots.Count;
            var found = next;
            while (found < _rowCount && !ReducedBit(found, column, first))
                found++;
            if (found == _rowCount)
                continue;
            (_order[next], _order[found]) = (_order[found], _order[next]);
            for (var i = first; i < next; i++)
                if (Bit(next, _pivots[i]))
                    Add(Row(i), Row(next), word);
            _pivots.Add(column);
            for (var i = first; i < next; i++)
                if (Bit(i, column))
                    Add(Row(next), Row(i), word);
        }

        return column;
    }

    // The bit a row would have once this group's pivots were cleared from it.
    private bool ReducedBit(int row, int column, int first)
    {
        var bit = Bit(row, column);
        for (var i = first; i < _pivots.Count; i++)
            if (Bit(row, _pivots[i]))
                bit ^= Bit(i, column);
        return bit;
    }

    private void Eliminate(int first, int count)
    {
        if (count == 0)
            return;
        var word = _pivots[first] >> 6;
        var mask = 0UL;
        for (var i = 0; i < count; i++)
            mask |= 1UL << (_pivots[first + i] & 63);
        new Span<ulong>(_table.Pointer, _words).Clear();
        for (var i = 1; i < 1 << count; i++)
        {
            var entry = _table.Pointer + ((long)i * _words);
            var rest = _table.Pointer + ((long)(i & (i - 1)) * _words);
            Buffer.MemoryCopy(rest, entry, _words * sizeof(ulong), _words * sizeof(ulong));
            Add(Row(first + BitOperations.TrailingZeroCount(i)), entry, word);
        }

        for (var row = 0; row < _rowCount; row++)
        {
            if (row >= first && row < first + count)
                continue;
            var target = Row(row);
            var bits = target[word] & mask;
            if (bits != 0)
                Add(_table.Pointer + ((long)Gather(bits, mask) * _words), target, word);
        }
    }

    // The bits under the mask, moved together.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Gather(ulong bits, ulong mask)
    {
        if (System.Runtime.Intrinsics.X86.Bmi2.X64.IsSupported)
            return System.Runtime.Intrinsics.X86.Bmi2.X64.ParallelBitExtract(bits, mask);
        var gathered = 0UL;
        for (var i = 0; mask != 0; i++, mask &= mask - 1)
            gathered |= (bits >> BitOperations.TrailingZeroCount(mask) & 1) << i;
        return gathered;
    }

    private bool Bit(int row, int column) => (Row(row)[column >> 6] >> (column & 63) & 1) != 0;

    // From the cache line of a word on: what lies before is zero in the source.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(ulong* source, ulong* target, int word)
    {
        for (var i = word / LineWords * LineWords; i < _words; i += LineWords)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                (Vector512.Load(source + i) ^ Vector512.Load(target + i)).Store(target + i);
            }
            else
            {
                (Vector256.Load(source + i) ^ Vector256.Load(target + i)).Store(target + i);
                (Vector256.Load(source + i + 4) ^ Vector256.Load(target + i + 4)).Store(target + i + 4);
            }
        }
    }
}
