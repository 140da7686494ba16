namespace Turnstile.Numerics;

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

    private readonly IReadOnlyList<int[]> _given;
    private readonly List<int>?[] _columns;
    private readonly List<int>[] _parts;
    private readonly HashSet<int>[] _rows;
    private readonly int[] _weights;
    private int _moved;

    /// <param name="columns">For each column its rows, ascending.</param>
    /// <param name="rows">How many rows there are.</param>
    public SparseReduction(IReadOnlyList<int[]> columns, int rows)
    {
        _given = columns;
        _columns = new List<int>?[columns.Count];
        _parts = new List<int>[columns.Count];
        _weights = new int[rows];
        _rows = new HashSet<int>[rows];
    }

    /// <summary>The columns left, each as its rows and the original columns it is the sum of.</summary>
    public IEnumerable<(int[] Rows, List<int> Parts)> Columns
    {
        get
        {
            for (var c = 0; c < _columns.Length; c++)
                if (_columns[c] is { } rows)
                    yield return ([.. rows], _parts[c]);
        }
    }

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
    }

    private IEnumerable<bool> Load()
    {
        for (var row = 0; row < _rows.Length; row++)
            _rows[row] = [];
        yield return true;
        foreach (var column in _given)
            foreach (var row in column)
                _weights[row]++;
        yield return true;
        for (var c = 0; c < _given.Count; c++)
        {
            _columns[c] = [.. _given[c]];
            _parts[c] = [c];
            foreach (var row in _given[c])
                if (_weights[row] <= 3 * RowWeightMax)
                    _rows[row].Add(c);
            _moved += _given[c].Length;
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
    private List<int> Clear(int row)
    {
        var holders = _rows[row].Order().ToArray();
        var pivot = holders[0];
        foreach (var column in holders)
            if (_columns[column]!.Count < _columns[pivot]!.Count)
                pivot = column;
        var touched = new List<int>(_columns[pivot]!);
        _moved += touched.Count;
        if (holders.Length > 1 && holders.Any(column => _columns[column]!.Count + touched.Count > ColumnWeightMax))
            return [];
        foreach (var column in holders)
            if (column != pivot)
                Add(pivot, column);
        foreach (var other in touched)
        {
            _weights[other]--;
            _rows[other].Remove(pivot);
        }

        _columns[pivot] = null;
        return touched;
    }

    private void Add(int pivot, int column)
    {
        var (a, b) = (_columns[pivot]!, _columns[column]!);
        var sum = new List<int>(a.Count + b.Count);
        int i = 0, j = 0;
        while (i < a.Count || j < b.Count)
        {
            if (j == b.Count || (i < a.Count && a[i] < b[j]))
            {
                // A row the column did not have.
                _weights[a[i]]++;
                if (_rows[a[i]].Count > 0)
                    _rows[a[i]].Add(column);
                sum.Add(a[i++]);
            }
            else if (i == a.Count || b[j] < a[i])
            {
                sum.Add(b[j++]);
            }
            else
            {
                _weights[a[i]]--;
                _rows[a[i]].Remove(column);
                i++;
                j++;
            }
        }

        _moved += sum.Count;
        _columns[column] = sum;
        _parts[column].AddRange(_parts[pivot]);
    }
}
