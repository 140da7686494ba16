using System.Runtime.InteropServices;

namespace Turnstile.Numerics;

/// <summary>
/// The graph whose vertices are 1 and the large primes and whose edges are relations. Its independent cycles are the
/// products of relations in which every large prime occurs an even number of times; union-find counts them as edges
/// arrive (A. K. Lenstra and M. S. Manasse, "Factoring with two large primes", 1994).
/// </summary>
internal sealed class LargePrimeGraph
{
    private readonly Shards<Dictionary<uint, int>> _vertices;
    private readonly BlockList<int> _parents = new();
    private readonly BlockList<(int One, int Other)> _edges = new();

    /// <param name="shards">How many tables the large primes are in.</param>
    public LargePrimeGraph(int shards)
    {
        _vertices = new(shards);
        _vertices[1][1] = 0;
        _parents.Add(0);
    }

    /// <summary>
    /// Edges + components - vertices. A relation without large primes is a loop at 1, a cycle of itself.
    /// </summary>
    public int Cycles { get; private set; }

    /// <summary>Adds the next relation's edge.</summary>
    public void Add(uint one, uint other)
    {
        var edge = (One: Vertex(one), Other: Vertex(other));
        _edges.Add(edge);
        var a = Root(edge.One);
        var b = Root(edge.Other);
        if (a == b)
            Cycles++;
        else
            _parents[Math.Max(a, b)] = Math.Min(a, b);
    }

    /// <summary>
    /// Adds all cycles to a list, each as the numbers of its relations: a breadth-first tree of every component, and one cycle for
    /// each edge outside it. In pieces.
    /// </summary>
    public IEnumerable<bool> FindCycles(ListPool pool, List<PooledList> cycles)
    {
        var forest = new SpanningForest(_edges, _parents.Count);
        foreach (var piece in forest.Work())
            yield return piece;
        var cycle = new List<int>();
        var walked = 0;
        for (var edge = 0; edge < _edges.Count; edge++)
        {
            if (!forest.Contains(edge))
            {
                cycle.Clear();
                forest.Close(edge, cycle);
                cycles.Add(pool.Make(CollectionsMarshal.AsSpan(cycle)));
                walked += cycle.Count;
            }

            if (++walked < SpanningForest.PieceCount)
                continue;
            walked = 0;
            yield return true;
        }
    }

    private int Vertex(uint prime)
    {
        var vertices = _vertices[prime];
        if (vertices.TryGetValue(prime, out var vertex))
            return vertex;
        vertex = _parents.Count;
        vertices.Add(prime, vertex);
        _parents.Add(vertex);
        return vertex;
    }

    private int Root(int vertex)
    {
        while (_parents[vertex] != vertex)
        {
            _parents[vertex] = _parents[_parents[vertex]];
            vertex = _parents[vertex];
        }

        return vertex;
    }
}
