namespace Turnstile.Numerics;

/// <summary>Breadth-first trees of a graph's components, the first one rooted at vertex 0.</summary>
/// <param name="edges">The edges.</param>
/// <param name="vertices">How many vertices there are.</param>
internal sealed class SpanningForest(BlockList<(int One, int Other)> edges, int vertices)
{
    /// <summary>Edges looked at or walked along in a piece: a millisecond's worth.</summary>
    public const int PieceCount = 1 << 14;

    private readonly int[] _parentEdges = new int[vertices];
    private readonly int[] _depths = new int[vertices];
    private readonly int[] _queue = new int[vertices];
    private readonly int[] _starts = new int[vertices + 1];
    private readonly int[] _incident = new int[2 * edges.Count];

    /// <summary>Grows the trees, in pieces.</summary>
    public IEnumerable<bool> Work()
    {
        _parentEdges.AsSpan().Fill(-1);
        _depths.AsSpan().Fill(-1);
        for (var edge = 0; edge < edges.Count; edge++)
        {
            _starts[edges[edge].One]++;
            _starts[edges[edge].Other]++;
            if (edge % PieceCount == 0)
                yield return true;
        }

        for (var vertex = 1; vertex <= vertices; vertex++)
            _starts[vertex] += _starts[vertex - 1];
        for (var edge = 0; edge < edges.Count; edge++)
        {
            _incident[--_starts[edges[edge].One]] = edge;
            _incident[--_starts[edges[edge].Other]] = edge;
            if (edge % PieceCount == 0)
                yield return true;
        }

        var looked = 0;
        for (var root = 0; root < vertices; root++)
        {
            if (_depths[root] >= 0)
                continue;
            _depths[root] = 0;
            _queue[0] = root;
            var count = 1;
            for (var next = 0; next < count; next++)
            {
                // Vertex 0 alone has hundreds of thousands of edges.
                var end = _starts[_queue[next] + 1];
                for (var from = _starts[_queue[next]]; from < end; from += PieceCount)
                {
                    var to = Math.Min(from + PieceCount, end);
                    count = Visit(_queue[next], from, to, count);
                    looked += to - from;
                    if (looked < PieceCount)
                        continue;
                    looked = 0;
                    yield return true;
                }
            }
        }
    }

    /// <summary>Whether an edge belongs to a tree.</summary>
    public bool Contains(int edge) =>
        _parentEdges[edges[edge].One] == edge || _parentEdges[edges[edge].Other] == edge;

    /// <summary>Adds the cycle that an edge outside the trees closes to a list, as edges.</summary>
    public void Close(int edge, List<int> cycle)
    {
        var (one, other) = edges[edge];
        cycle.Add(edge);
        while (one != other)
        {
            if (_depths[one] < _depths[other])
                (one, other) = (other, one);
            cycle.Add(_parentEdges[one]);
            one = Neighbour(_parentEdges[one], one);
        }
    }

    // Appends the neighbours by some edges that no tree has yet, and returns the queue's new length.
    private int Visit(int vertex, int from, int to, int count)
    {
        for (var i = from; i < to; i++)
        {
            var neighbour = Neighbour(_incident[i], vertex);
            if (_depths[neighbour] >= 0)
                continue;
            _depths[neighbour] = _depths[vertex] + 1;
            _parentEdges[neighbour] = _incident[i];
            _queue[count++] = neighbour;
        }

        return count;
    }

    private int Neighbour(int edge, int vertex) => edges[edge].One == vertex ? edges[edge].Other : edges[edge].One;
}
