namespace Turnstile.Numerics;

/// <summary>Breadth-first trees of a graph's components, the first one rooted at vertex 0.</summary>
internal sealed class SpanningForest
{
    private readonly IReadOnlyList<(int One, int Other)> _edges;
    private readonly int[] _parentEdges;
    private readonly int[] _depths;

    public SpanningForest(IReadOnlyList<(int One, int Other)> edges, int vertices)
    {
        _edges = edges;
        _parentEdges = new int[vertices];
        _depths = new int[vertices];
        _parentEdges.AsSpan().Fill(-1);
        _depths.AsSpan().Fill(-1);
        var starts = new int[vertices + 1];
        foreach (var (one, other) in edges)
        {
            starts[one]++;
            starts[other]++;
        }

        for (var vertex = 1; vertex <= vertices; vertex++)
            starts[vertex] += starts[vertex - 1];
        var incident = new int[starts[vertices]];
        for (var edge = 0; edge < edges.Count; edge++)
        {
            incident[--starts[edges[edge].One]] = edge;
            incident[--starts[edges[edge].Other]] = edge;
        }

        var queue = new int[vertices];
        for (var vertex = 0; vertex < vertices; vertex++)
            if (_depths[vertex] < 0)
                Grow(vertex, queue, starts, incident);
    }

    /// <summary>Whether an edge belongs to a tree.</summary>
    public bool Contains(int edge) =>
        _parentEdges[_edges[edge].One] == edge || _parentEdges[_edges[edge].Other] == edge;

    /// <summary>The cycle that an edge outside the trees closes, as edges.</summary>
    public int[] Close(int edge)
    {
        var (one, other) = _edges[edge];
        var cycle = new List<int> { edge };
        while (one != other)
        {
            if (_depths[one] < _depths[other])
                (one, other) = (other, one);
            cycle.Add(_parentEdges[one]);
            one = Neighbour(_parentEdges[one], one);
        }

        return [.. cycle];
    }

    private void Grow(int root, int[] queue, int[] starts, int[] incident)
    {
        queue[0] = root;
        _depths[root] = 0;
        var count = 1;
        for (var next = 0; next < count; next++)
        {
            var vertex = queue[next];
            for (var i = starts[vertex]; i < starts[vertex + 1]; i++)
            {
                var neighbour = Neighbour(incident[i], vertex);
                if (_depths[neighbour] >= 0)
                    continue;
                _depths[neighbour] = _depths[vertex] + 1;
                _parentEdges[neighbour] = incident[i];
                queue[count++] = neighbour;
            }
        }
    }

    private int Neighbour(int edge, int vertex) => _edges[edge].One == vertex ? _edges[edge].Other : _edges[edge].One;
}
