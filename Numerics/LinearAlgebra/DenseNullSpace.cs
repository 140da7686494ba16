using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Turnstile.Numerics;

/// <summary>
/// Vectors x with Mx = 0 over GF(2) for a dense matrix of bits, by row reduction with tables of the sums of eight
/// pivot rows (V. L. Arlazarov, E. A. Dinic, M. A. Kronrod and I. A. Faradzhev, "On economical construction of the
/// transitive closure of a directed graph", 1970), eight tables at a time (M. Albrecht, G. Bard and W. Hart, "Algorithm
/// 898: Efficient multiplication of dense matrices over GF(2)", 2010): the matrix goes through memory once for each 64
/// pivots.
/// </summary>
internal sealed unsafe class DenseNullSpace : IDisposable
{
    private const int TableBits = 8;
    private const int Tables = 64 / TableBits;

    // Rows are whole cache lines.
    private const int LineWords = 8;

    // Words of each row done at a time, so that all tables, half a megabyte then, stay in the second-level cache.
    private const int StripWords = 4 * LineWords;

    // Forty mebibytes, which the system takes back in some milliseconds. Of blocks up to 32 glibc may keep many and give all of
    // them back at once.
    private const int BlockWords = 5 << 20;

    // Up to so many rows tables do not pay.
    private const int PlainRowsMax = 384;

    // Words of the matrix in a piece: two milliseconds' worth.
    private const int PieceWords = 1 << 18;
    private const int PieceRows = PieceWords / StripWords;

    // Columns whose pivots are found in a piece, of the 64 of a word.
    private const int PieceColumns = 16;

    private readonly int _rowCount;
    private readonly int _columns;
    private readonly int _words;
    private readonly List<AlignedArray<ulong>> _blocks = [];

    // Where each row begins.
    private readonly nint[] _rows;
    private readonly AlignedArray<ulong> _table;
    private readonly ulong[] _choices;
    private readonly ulong[] _reduced;
    private readonly List<int> _pivots = [];

    public DenseNullSpace(int rows, int columns)
    {
        _rowCount = rows;
        _columns = columns;
        _words = (columns + (64 * LineWords) - 1) / (64 * LineWords) * LineWords;
        _table = new(rows > PlainRowsMax ? (Tables << TableBits) * StripWords : 0);
        _choices = new ulong[rows];
        _reduced = new ulong[rows];
        _rows = new nint[rows];
    }

    /// <summary>Makes the rows, all zeros, in pieces; to be done before anything else.</summary>
    public IEnumerable<bool> Allocate()
    {
        var rows = Math.Max(1, BlockWords / Math.Max(1, _words));
        for (var from = 0; from < _rowCount; from += rows)
        {
            Allocate(from, Math.Min(from + rows, _rowCount));
            yield return true;
        }
    }

    public void Flip(int row, int column) => Row(row)[column >> 6] ^= 1UL << (column & 63);

    /// <summary>Brings the matrix to reduced row echelon form, in pieces.</summary>
    public IEnumerable<double> Work()
    {
        if (_rowCount <= PlainRowsMax)
        {
            EliminatePlainly();
            yield break;
        }

        var worked = 0;
        for (var word = 0; word << 6 < _columns && _pivots.Count < _rowCount; word++)
        {
            var first = _pivots.Count;
            for (var row = 0; row < _rowCount; row += PieceRows)
            {
                TakeWord(word, row, Math.Min(row + PieceRows, _rowCount));
                yield return (double)word / _words;
            }

            for (var column = word << 6; column < _columns && column >> 6 == word && _pivots.Count < _rowCount; column++)
            {
                FindPivot(column, first);
                if (column % PieceColumns == 0)
                    yield return (double)word / _words;
            }

            if (_pivots.Count == first)
                continue;
            Choose(first);
            yield return (double)word / _words;

            // What lies before the word is zero in the pivot rows.
            for (var start = word / LineWords * LineWords; start < _words; start += StripWords)
            {
                FillTables(first, start);
                for (var row = 0; row < _rowCount; row += PieceRows)
                {
                    Eliminate(first, start, row, Math.Min(row + PieceRows, _rowCount));
                    worked += Math.Min(PieceRows, _rowCount - row) * StripWords;
                    if (worked < PieceWords)
                        continue;
                    worked = 0;
                    yield return (double)word / _words;
                }
            }
        }
    }

    /// <summary>The columns without a pivot, ascending: each belongs to a vector of the null space.</summary>
    public IEnumerable<int> FreeColumns()
    {
        var passed = 0;
        for (var column = 0; column < _columns; column++)
        {
            if (passed < _pivots.Count && _pivots[passed] == column)
                passed++;
            else
                yield return column;
        }
    }

    /// <summary>
    /// Adds the columns that add up to zero together with a free one, which is among them, to a list, in pieces. The vectors
    /// of all free columns are independent.
    /// </summary>
    public IEnumerable<bool> Solve(int free, List<int> vector)
    {
        vector.Add(free);
        for (var i = 0; i < _pivots.Count; i++)
        {
            if (Bit(i, free))
                vector.Add(_pivots[i]);
            if ((i + 1) % PieceRows == 0)
                yield return true;
        }
    }

    /// <summary>Gives the rows back in pieces: nothing can be done after.</summary>
    public IEnumerable<bool> Free()
    {
        foreach (var block in _blocks)
        {
            block.Dispose();
            yield return true;
        }
    }

    public void Dispose()
    {
        _blocks.ForEach(block => block.Dispose());
        _table.Dispose();
    }

    private void Allocate(int from, int to)
    {
        var block = new AlignedArray<ulong>((to - from) * _words);
        _blocks.Add(block);
        for (var row = from; row < to; row++)
            _rows[row] = (nint)(block.Pointer + ((long)(row - from) * _words));
    }

    private ulong* Row(int row) => (ulong*)_rows[row];

    // Every row that has the bit is told apart by a mask, not by a branch, which would go either way.
    private void EliminatePlainly()
    {
        for (var column = 0; column < _columns && _pivots.Count < _rowCount; column++)
        {
            var next = _pivots.Count;
            var found = next;
            while (found < _rowCount && !Bit(found, column))
                found++;
            if (found == _rowCount)
                continue;
            (_rows[next], _rows[found]) = (_rows[found], _rows[next]);
            _pivots.Add(column);
            for (var row = 0; row < _rowCount; row++)
                if (row != next)
                    AddMasked(Row(next), Row(row), column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddMasked(ulong* source, ulong* target, int column)
    {
        var mask = 0 - (target[column >> 6] >> (column & 63) & 1);
        for (var i = (column >> 6) / LineWords * LineWords; i < _words; i += LineWords)
            (Vector512.Load(target + i) ^ (Vector512.Load(source + i) & Vector512.Create(mask))).Store(target + i);
    }

    // The word of every row is taken out before pivots are looked for: rows lie far apart.
    private void TakeWord(int word, int from, int to)
    {
        for (var row = from; row < to; row++)
            _choices[row] = _reduced[row] = Row(row)[word];
    }

    // The pivot of a column, if it has one, reduced among those of its word, which are the first and those behind it.
    private void FindPivot(int column, int first)
    {
        var next = _pivots.Count;
        var found = next;
        while (found < _rowCount && (_reduced[found] >> (column & 63) & 1) == 0)
            found++;
        if (found == _rowCount)
            return;
        Swap(next, found);
        for (var i = first; i < next; i++)
            if (Bit(next, _pivots[i]))
                Add(Row(i), Row(next), column >> 6);
        _pivots.Add(column);
        for (var i = first; i < next; i++)
            if (Bit(i, column))
                Add(Row(next), Row(i), column >> 6);
        Reduce(next, column & 63);
    }

    private void Swap(int row, int other)
    {
        (_rows[row], _rows[other]) = (_rows[other], _rows[row]);
        (_choices[row], _choices[other]) = (_choices[other], _choices[row]);
        (_reduced[row], _reduced[other]) = (_reduced[other], _reduced[row]);
    }

    // Clears a pivot's bit from the words of the rows behind it.
    private void Reduce(int pivot, int bit)
    {
        var word = _reduced[pivot];
        foreach (ref var other in _reduced.AsSpan(pivot + 1))
            other ^= word & (0 - (other >> bit & 1));
    }

    // Which pivot rows are to be added to each row, one bit each.
    private void Choose(int first)
    {
        var mask = 0UL;
        for (var i = first; i < _pivots.Count; i++)
            mask |= 1UL << (_pivots[i] & 63);
        for (var row = 0; row < _rowCount; row++)
            _choices[row] = row >= first && row < _pivots.Count ? 0 : Gather(_choices[row] & mask, mask);
    }

    // The tables of the pivot rows from the first on.
    private int TablesFrom(int first) => (_pivots.Count - first + TableBits - 1) / TableBits;

    private void FillTables(int first, int start)
    {
        for (var table = 0; table < TablesFrom(first); table++)
            FillTable(table, first + (table * TableBits), start, Math.Min(StripWords, _words - start));
    }

    // Adds the chosen pivot rows to some rows, as far as a strip goes.
    private void Eliminate(int first, int start, int from, int to)
    {
        var words = Math.Min(StripWords, _words - start);
        var tables = TablesFrom(first);
        var sums = stackalloc ulong*[Tables];
        for (var row = from; row < to; row++)
        {
            var choice = _choices[row];
            if (choice == 0)
                continue;
            for (var table = 0; table < tables; table++)
                sums[table] = Entry(table, (byte)(choice >> (table * TableBits)));
            var target = Row(row) + start;
            for (var word = 0; word < words; word += LineWords)
                AddLines(sums, tables, word, target);
        }
    }

    // Sums of up to eight rows, each from a sum of one row less.
    private void FillTable(int table, int first, int start, int words)
    {
        var count = Math.Min(TableBits, _pivots.Count - first);
        new Span<ulong>(Entry(table, 0), words).Clear();
        for (var i = 1; i < 1 << count; i++)
        {
            var entry = Entry(table, i);
            var rest = Entry(table, i & (i - 1));
            var row = Row(first + BitOperations.TrailingZeroCount(i)) + start;
            for (var word = 0; word < words; word++)
                entry[word] = rest[word] ^ row[word];
        }
    }

    private ulong* Entry(int table, int index) => _table.Pointer + (((table << TableBits) + index) * StripWords);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddLines(ulong** sums, int count, int word, ulong* target)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var line = Vector512.Load(target + word);
            for (var i = 0; i < count; i++)
                line ^= Vector512.Load(sums[i] + word);
            line.Store(target + word);
            return;
        }

        var low = Vector256.Load(target + word);
        var high = Vector256.Load(target + word + 4);
        for (var i = 0; i < count; i++)
        {
            low ^= Vector256.Load(sums[i] + word);
            high ^= Vector256.Load(sums[i] + word + 4);
        }

        low.Store(target + word);
        high.Store(target + word + 4);
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
