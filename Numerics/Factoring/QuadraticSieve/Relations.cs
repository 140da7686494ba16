using System.Numerics;
using System.Runtime.InteropServices;

namespace Turnstile.Numerics;

/// <summary>
/// A value that factored: (2ax + b)² = 4a · value modulo N, where a · value is the factor base's primes listed times
/// up to two large primes. A large prime that is missing is 1.
/// </summary>
internal readonly record struct Relation(
    int Family, int Polynomial, int Position, bool IsNegative, uint SmallerLarge, uint LargerLarge);

/// <summary>The relations found so far and the families their polynomials are of.</summary>
internal sealed class Relations
{
    // Large factor bases collect hundreds of thousands of relations.
    private const int LargeMin = 8_000;
    private const int ShardsOfLarge = 64;

    // Relations taken from a checkpoint in a piece: a millisecond's worth.
    private const int PieceCount = 1 << 10;

    private readonly int _primes;
    private readonly RelationStore _store = new();
    private readonly List<int[]> _families = [];
    private readonly LargePrimeGraph _graph;
    private readonly Shards<HashSet<ulong>> _known;

    /// <param name="primes">How many primes the factor base has.</param>
    public Relations(int primes)
    {
        _primes = primes;
        _graph = new(Shards);
        _known = new(Shards);
    }

    /// <summary>In how many parts tables of relations or large primes are best kept.</summary>
    public int Shards => _primes < LargeMin ? 1 : ShardsOfLarge;

    public int Count => _store.Count;

    /// <summary>
    /// How many independent products of relations are free of large primes: the relations without any, and the
    /// cycles.
    /// </summary>
    public int Cycles => _graph.Cycles;

    public IReadOnlyList<int[]> Families => _families;

    /// <summary>
    /// Adds the products of relations free of large primes to a list, each as its relations' numbers, in pieces.
    /// </summary>
    public IEnumerable<bool> FindCycles(ListPool pool, List<PooledList> cycles) => _graph.FindCycles(pool, cycles);

    public void AddFamily(int[] factors) => _families.Add(factors);

    /// <summary>
    /// Adds a relation, unless it is known: two families with common primes can find the same congruence, and twice the
    /// same is a trivial square.
    /// </summary>
    /// <param name="relation">The relation.</param>
    /// <param name="factors">Indices in the factor base, ascending, one for each time the prime divides.</param>
    public void Add(in Relation relation, ReadOnlySpan<int> factors)
    {
        if (!IsNew(relation, factors))
            return;
        _store.Add(relation, factors);
        _graph.Add(relation.SmallerLarge, relation.LargerLarge);
    }

    /// <summary>A relation; its primes' indices in the factor base, with repetition, are added to a list.</summary>
    public Relation Read(int index, List<int> factors) => _store.Read(index, factors);

    public void Write(CheckpointWriter output)
    {
        output.Write(_families.Count);
        foreach (var family in _families)
        {
            output.Write(family.Length);
            foreach (var factor in family)
                output.Write(factor);
        }

        _store.Write(output);
    }

    /// <summary>Reads what <see cref="Write"/> wrote, to be taken up by <see cref="Resume"/>.</summary>
    public void Read(ref CheckpointReader input)
    {
        for (var families = input.ReadCount(int.MaxValue); families > 0; families--)
        {
            var family = new int[input.ReadCount(64)];
            for (var i = 0; i < family.Length; i++)
                family[i] = input.ReadCount(_primes - 1);
            _families.Add(family);
        }

        _store.Read(ref input);
    }

    /// <summary>Takes up what was read, in pieces; to be done before any relation is added.</summary>
    public IEnumerable<bool> Resume()
    {
        var factors = new List<int>();
        while (_store.TryResume(factors, out var relation))
        {
            Check(relation, factors);
            IsNew(relation, CollectionsMarshal.AsSpan(factors));
            _graph.Add(relation.SmallerLarge, relation.LargerLarge);
            factors.Clear();
            if (_store.Count % PieceCount == 0)
                yield return true;
        }
    }

    private void Check(in Relation relation, List<int> factors)
    {
        if ((uint)relation.Family >= _families.Count
            || (uint)relation.Polynomial >> _families[relation.Family].Length != 0
            || factors.Any(factor => (uint)factor >= _primes))
            throw new InvalidDataException("The checkpoint's relations are not of this sieve.");
    }

    // Equal congruences have equal values, so equal primes; others share 64 bits of hash by no chance that matters.
    private bool IsNew(in Relation relation, ReadOnlySpan<int> factors)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        var hash = ((ulong)relation.LargerLarge << 32) | relation.SmallerLarge;
        foreach (var factor in factors)
            hash = BitOperations.RotateLeft((hash ^ (uint)factor) * Multiplier, 29);
        hash = relation.IsNegative ? ~hash : hash;
        return _known[hash].Add(hash);
    }
}
