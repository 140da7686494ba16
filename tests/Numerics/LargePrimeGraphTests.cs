namespace Turnstile.Numerics.Tests;

public sealed class LargePrimeGraphTests
{
    [Fact]
    public void Cycles_are_as_many_as_counted_and_have_every_large_prime_an_even_number_of_times()
    {
        var random = new Random(1);
        (uint One, uint Other)[] edges = [.. Enumerable.Range(0, 30_000).Select(_ => (Prime(random), Prime(random)))];
        var cycles = Cycles(edges, out _);
        Assert.NotEmpty(cycles);
        Assert.Equal(cycles.Count, cycles.Select(cycle => cycle.Numbers[0]).Distinct().Count());
        foreach (var cycle in cycles)
        {
            var odd = new HashSet<uint>();
            foreach (var edge in cycle.Numbers)
                foreach (var prime in new[] { edges[edge].One, edges[edge].Other })
                    if (prime != 1 && !odd.Remove(prime))
                        odd.Add(prime);
            Assert.Empty(odd);
        }
    }

    [Fact]
    public void A_prime_that_most_relations_have_is_left_in_pieces()
    {
        const int Count = 20 * SpanningForest.PieceCount;
        Cycles([.. Enumerable.Range(0, Count).Select(i => (1u, (uint)i + 2))], out var pieces);

        // Edges are counted, sorted, walked from either end, and looked at once more.
        Assert.InRange(pieces, 5 * 20, int.MaxValue);
    }

    [Fact]
    public void Long_cycles_are_closed_in_pieces()
    {
        // Two ways from 1, and edges between their ends.
        const uint Length = SpanningForest.PieceCount / 2;
        var one = Enumerable.Range(1, (int)Length).Select(i => ((uint)i, (uint)i + 1));
        var other = Enumerable.Range(1, (int)Length).Select(i => (i == 1 ? 1u : (uint)i + Length, (uint)i + Length + 1));
        Cycles([.. one, .. other, .. Enumerable.Repeat((Length + 1, (2 * Length) + 1), 50)], out var pieces);
        Assert.InRange(pieces, 50, int.MaxValue);
    }

    private static List<PooledList> Cycles((uint One, uint Other)[] edges, out int pieces)
    {
        var graph = new LargePrimeGraph(1);
        foreach (var (one, other) in edges)
            graph.Add(one, other);
        var cycles = new List<PooledList>();
        pieces = graph.FindCycles(new(), cycles).Count();
        Assert.Equal(graph.Cycles, cycles.Count);
        return cycles;
    }

    // 1 is most frequent, as it is among relations.
    private static uint Prime(Random random) => (uint)Math.Max(1, random.Next(-10_000, 20_000));
}
