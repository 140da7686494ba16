namespace Turnstile.Numerics;

/// <summary>
/// The cycles of the large primes' graph, each as the relations whose product has every large prime an even number of times:
/// a breadth-first tree of every component, and one cycle for each edge outside it.
/// </summary>
internal static class RelationCycles
{
    /// <summary>The cycles. Relations that are the same congruence found twice are taken once.</summary>
    public static List<int[]> Find(Relations relations, IReadOnlyCollection<int> distinct)
    {
        var edges = new Dictionary<uint, List<(int Relation, uint Other)>>();
        var cycles = new List<int[]>();
        foreach (var index in distinct)
        {
            var (one, other) = (relations[index].SmallerLarge, relations[index].LargerLarge);
            if (one == other)
            {
                cycles.Add([index]);
                continue;
            }

            Edges(edges, one).Add((index, other));
            Edges(edges, other).Add((index, one));
        }

        var tree = new Dictionary<uint, (int Relation, uint Parent, int Depth)>();
        foreach (var start in edges.Keys.Order())
        {
            if (tree.ContainsKey(start))
                continue;
            Span(edges, start, tree);
        }

        foreach (var index in distinct)
        {
            var (one, other) = (relations[index].SmallerLarge, relations[index].LargerLarge);
            if (one != other && tree[one].Relation != index && tree[other].Relation != index)
                cycles.Add(Close(tree, index, one, other));
        }

        return cycles;
    }

    private static List<(int Relation, uint Other)> Edges(
        Dictionary<uint, List<(int Relation, uint Other)>> edges, uint prime)
    {
        if (!edges.TryGetValue(prime, out var list))
            edges.Add(prime, list = []);
        return list;
    }

    private static void Span(
        Dictionary<uint, List<(int Relation, uint Other)>> edges,
        uint start,
        Dictionary<uint, (int Relation, uint Parent, int Depth)> tree)
    {
        var queue = new Queue<uint>();
        queue.Enqueue(start);
        tree.Add(start, (-1, start, 0));
        while (queue.TryDequeue(out var vertex))
        {
            foreach (var (relation, other) in edges[vertex])
                if (tree.TryAdd(other, (relation, vertex, tree[vertex].Depth + 1)))
                    queue.Enqueue(other);
        }
    }

    private static int[] Close(
        Dictionary<uint, (int Relation, uint Parent, int Depth)> tree, int relation, uint one, uint other)
    {
        var cycle = new List<int> { relation };
        while (one != other)
        {
            var (first, second) = (tree[one], tree[other]);
            if (first.Depth >= second.Depth)
            {
                cycle.Add(first.Relation);
                one = first.Parent;
            }
            else
            {
                cycle.Add(second.Relation);
                other = second.Parent;
            }
        }

        return [.. cycle];
    }
}
