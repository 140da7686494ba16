using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// Vectors x with Mx = 0 over GF(2) for a dense matrix of bits, by row reduction with tables of the sums of eight pivot rows at
/// a time (V. L. Arlazarov, E. A. Dinic, M. A. Kronrod and I. A. Faradzhev, "On economical construction of the
/// transitive closure of a directed graph", 1970).
/// </summary>
internal sealed class DenseNullSpace
{
    private const int TableBits = 8;

    private readonly ulong[][] _rows;
    private readonly int _columns;
    private readonly int _words;
    private readonly List<int> _pivots = [];

    public DenseNullSpace(int rows, int columns)
    {
        _columns = columns;
        _words = (columns + 63) / 64;
        _rows = new ulong[rows][];
        for (var i = 0; i < rows; i++)
            _rows[i] = new ulong[_words];
    }

    public void Flip(int row, int column) => _rows[row][column >> 6] ^= 1UL << (column & 63);

    /// <summary>Brings the matrix to reduced row echelon form, in pieces.</summary>
    public IEnumerable<double> Work()
    {
        for (var column = 0; column < _columns && _pivots.Count < _rows.Length;)
        {
            var first = _pivots.Count;
            column = FindPivots(column);
            Eliminate(first, _pivots.Count - first);
            yield return (double)column / _columns;
        }
    }

    /// <summary>Up to <paramref name="most"/> independent vectors of the null space, as the columns that add up to zero.</summary>
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

    // Up to eight pivots from a column on, reduced among themselves; rows below are not touched beyond what finding takes.
    private int FindPivots(int column)
    {
        var first = _pivots.Count;
        for (; column < _columns && _pivots.Count - first < TableBits && _pivots.Count < _rows.Length; column++)
        {
            var next = _pivots.Count;
            var found = next;
            while (found < _rows.Length && !ReducedBit(found, column, first))
                found++;
            if (found == _rows.Length)
                continue;
            (_rows[next], _rows[found]) = (_rows[found], _rows[next]);
            for (var i = first; i < next; i++)
                if (Bit(next, _pivots[i]))
                    Add(_rows[i], _rows[next], _pivots[first] >> 6);
            _pivots.Add(column);
            for (var i = first; i < next; i++)
                if (Bit(i, column))
                    Add(_rows[next], _rows[i], _pivots[first] >> 6);
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
        var from = _pivots[first] >> 6;
        var table = new ulong[1 << count][];
        table[0] = new ulong[_words];
        for (var i = 1; i < table.Length; i++)
        {
            var low = BitOperations.TrailingZeroCount(i);
            table[i] = table[i & (i - 1)].AsSpan().ToArray();
            Add(_rows[first + low], table[i], from);
        }

        for (var row = 0; row < _rows.Length; row++)
        {
            if (row >= first && row < first + count)
                continue;
            var index = 0;
            for (var i = 0; i < count; i++)
                index |= Bit(row, _pivots[first + i]) ? 1 << i : 0;
            if (index != 0)
                Add(table[index], _rows[row], from);
        }
    }

    private bool Bit(int row, int column) => (_rows[row][column >> 6] >> (column & 63) & 1) != 0;

    private static void Add(ulong[] source, ulong[] target, int from)
    {
        var i = from;
        for (; i + Vector<ulong>.Count <= target.Length; i += Vector<ulong>.Count)
            (new Vector<ulong>(source, i) ^ new Vector<ulong>(target, i)).CopyTo(target, i);
        for (; i < target.Length; i++)
            target[i] ^= source[i];
    }
}
