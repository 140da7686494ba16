using System.Runtime.InteropServices;

namespace Turnstile.Numerics;

/// <summary>A column of a sparse matrix over GF(2).</summary>
/// <param name="Rows">The rows it has, ascending.</param>
/// <param name="Parts">The numbers of the original columns that it is the sum of.</param>
internal readonly record struct ColumnSum(PooledList Rows, PooledList Parts);

/// <summary>
/// Shrinks a sparse matrix over GF(2) before it is solved: rows that one column has are dropped with it, and rows
/// that few columns have are cleared by adding one of these columns to the others (A. M. Odlyzko, "Discrete
/// logarithms in finite fields and their cryptographic significance", 1985; C. Pomerance and J. W. Smith, "Reduction
/// of huge, sparse matrices over finite fields via created catastrophes", 1992).
/// </summary>
internal sealed class SparseReduction
{
    // Rows that more columns have are left to the dense solver, and so are columns grown longer than this.
    private const int RowWeightMax = 12;
    private const int ColumnWeightMax = 400;

    // Entries moved in a piece: a millisecond's worth.
    private const int PieceEntries = 1 << 13;

    // Rows or columns walked in a piece, likewise.
    private const int PieceCount = 1 << 12;

    private readonly IReadOnlyList<ColumnSum> _given;
    private readonly ListPool _pool;
    private readonly PooledList[] _columns;
    private readonly PooledList[] _parts;
    private readonly bool[] _isDropped;
    private readonly PooledList[] _rows;
    private readonly int[] _weights;
    private readonly List<int> _sum = [];
    private int _moved;

    /// <param name="columns">The columns.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="pool">Where lists are made.</param>
    public SparseReduction(IReadOnlyList<ColumnSum> columns, int rows, ListPool pool)
    {
        _given = columns;
        _pool = pool;
        _columns = new PooledList[columns.Count];
        _parts = new PooledList[columns.Count];
        _isDropped = new bool[columns.Count];
        _weights = new int[rows];
        _rows = new PooledList[rows];
    }

    /// <summary>The columns left, once <see cref="Work"/> has come to its end.</summary>
    public List<ColumnSum> Left { get; } = [];

    /// <summary>Reduces in pieces.</summary>
    public IEnumerable<bool> Work()
    {
        foreach (var piece in Load())
            yield return piece;
        for (var limit = 1; limit <= RowWeightMax; limit++)
        {
            var light = new Queue<int>(Enumerable.Range(0, _rows.Length).Where(row => IsLight(row, limit)));
            while (light.TryDequeue(out var row))
            {
                if (!IsLight(row, limit))
                    continue;
                foreach (var touched in Clear(row))
                    if (IsLight(touched, limit))
                        light.Enqueue(touched);
                if (IsPieceDone())
                    yield return true;
            }
        }

        for (var c = 0; c < _columns.Length; c++)
        {
            if (!_isDropped[c])
                Left.Add(new(_columns[c], _parts[c]));
            if (c % PieceCount == 0)
                yield return true;
        }
    }

    private IEnumerable<bool> Load()
    {
        for (var c = 0; c < _given.Count; c++)
        {
            foreach (var row in _given[c].Rows.Numbers)
                _weights[row]++;
            if (c % PieceCount == 0)
                yield return true;
        }

        for (var c = 0; c < _given.Count; c++)
        {
            (_columns[c], _parts[c]) = _given[c];
            foreach (var row in _given[c].Rows.Numbers)
                if (_weights[row] <= 3 * RowWeightMax)
                    _pool.Add(ref _rows[row], c);
            _moved += _given[c].Rows.Count;
            if (IsPieceDone())
                yield return true;
        }
    }

    private bool IsPieceDone()
    {
        if (_moved < PieceEntries)
            return false;
        _moved = 0;
        return true;
    }

    private bool IsLight(int row, int limit) =>
        _weights[row] > 0 && _weights[row] <= limit && _rows[row].Count == _weights[row];

    /// <summary>
    /// Removes a row: its lightest column is added to its others and dropped. Returns the rows that lost weight.
    /// </summary>
    private ReadOnlySpan<int> Clear(int row)
    {
        Span<int> holders = stackalloc int[RowWeightMax];
        holders = holders[.._rows[row].Count];
        _rows[row].Numbers.CopyTo(holders);
        holders.Sort();
        var pivot = holders[0];
        var longest = 0;
        foreach (var column in holders)
        {
            longest = Math.Max(longest, _columns[column].Count);
            if (_columns[column].Count < _columns[pivot].Count)
                pivot = column;
        }

        var touched = _columns[pivot].Numbers;
        _moved += touched.Length;
        if (holders.Length > 1 && longest + touched.Length > ColumnWeightMax)
            return [];
        foreach (var column in holders)
            if (column != pivot)
                Add(pivot, column);
        foreach (var other in touched)
        {
            _weights[other]--;
            _rows[other].Remove(pivot);
        }

        _isDropped[pivot] = true;
        return touched;
    }

    private void Add(int pivot, int column)
    {
        var a = _columns[pivot].Numbers;
        var b = _columns[column].Numbers;
        _sum.Clear();
        int i = 0, j = 0;
        while (i < a.Length || j < b.Length)
        {
            if (j == b.Length || (i < a.Length && a[i] < b[j]))
            {
                // A row the column did not have.
                _weights[a[i]]++;
                if (_rows[a[i]].Count > 0)
                    _pool.Add(ref _rows[a[i]], column);
                _sum.Add(a[i++]);
            }
            else if (i == a.Length || b[j] < a[i])
            {
                _sum.Add(b[j++]);
            }
            else
            {
                _weights[a[i]]--;
                _rows[a[i]].Remove(column);
                i++;
                j++;
            }
        }

        _moved += _sum.Count;
        _columns[column] = _pool.Make(CollectionsMarshal.AsSpan(_sum));
        _parts[column] = _pool.Join(_parts[column].Numbers, _parts[pivot].Numbers);
    }
}
