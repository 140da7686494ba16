using System.Numerics;
using System.Runtime.InteropServices;


namespace Turnstile.Numerics;

/// <summary>
/// A value that factored: (2ax + b)² = 4a · value modulo N, where a · value is the factor base's primes listed times
/// up to two large primes. A large prime that is missing is 1.
/// </summary>
internal readonly record struct Relation(
    int Family,
    int Polynomial,
    int Position,
    bool IsNegative,
    uint SmallerLarge,
    uint LargerLarge,
    int Start,
    int Count);

/// <summary>
/// The relations found so far and the families their polynomials are of. Grows by a hundred bytes a relation, most of
/// them the primes as differences in varints.
/// </summary>
internal sealed class Relations
{
    private readonly List<Relation> _relations = [];
    private readonly List<int[]> _families = [];
    private readonly LargePrimeGraph _graph = new();
    private readonly HashSet<ulong> _known = [];
    private byte[] _factors = new byte[1 << 14];
    private int _factorsEnd;

    public int Count => _relations.Count;

    /// <summary>
    /// How many independent products of relations are free of large primes: the relations without any, and the
    /// cycles.
    /// </summary>
    public int Cycles => _graph.Cycles;

    public Relation this[int index] => _relations[index];

    public IReadOnlyList<int[]> Families => _families;

    /// <summary>
    /// Adds the products of relations free of large primes to a list, each as its relations' numbers, in pieces.
    /// </summary>
    public IEnumerable<bool> FindCycles(List<int[]> cycles) => _graph.FindCycles(cycles);

    public void AddFamily(int[] factors) => _families.Add(factors);

    /// <summary>
    /// Adds a relation, unless it is known: two families with common primes can find the same congruence, and twice the
    /// same is a trivial square.
    /// </summary>
    /// <param name="relation">Its start and count are set here.</param>
    /// <param name="factors">Indices in the factor base, ascending, one for each time the prime divides.</param>
    public void Add(Relation relation, ReadOnlySpan<int> factors)
    {
        if (!_known.Add(Fingerprint(relation, factors)))
            return;
        if (_factors.Length - _factorsEnd < factors.Length * 5)
            Array.Resize(ref _factors, (2 * _factors.Length) + (5 * factors.Length));
        var start = _factorsEnd;
        var last = 0;
        foreach (var factor in factors)
        {
            var rest = (uint)(factor - last);
            for (; rest >= 0x80; rest >>= 7)
                _factors[_factorsEnd++] = (byte)(rest | 0x80);
            _factors[_factorsEnd++] = (byte)rest;
            last = factor;
        }

        _relations.Add(relation with { Start = start, Count = factors.Length });
        _graph.Add(relation.SmallerLarge, relation.LargerLarge);
    }

    /// <summary>Adds the factor base indices of a relation, with repetition, to a list.</summary>
    public void AddFactors(int index, List<int> factors)
    {
        var relation = _relations[index];
        var place = relation.Start;
        var last = 0;
        for (var i = 0; i < relation.Count; i++)
        {
            var difference = 0;
            for (var shift = 0; ; shift += 7)
            {
                var next = _factors[place++];
                difference |= (next & 0x7F) << shift;
                if (next < 0x80)
                    break;
            }

            last += difference;
            factors.Add(last);
        }
    }

    public void Write(CheckpointWriter output)
    {
        output.Write(_families.Count);
        foreach (var family in _families)
        {
            output.Write(family.Length);
            foreach (var factor in family)
                output.Write(factor);
        }

        output.Write(_relations.Count);
        for (var i = 0; i < _relations.Count; i++)
        {
            var relation = _relations[i];
            output.Write(relation.Family);
            output.Write(relation.Polynomial);
            output.Write(((long)relation.Position << 1) | (relation.IsNegative ? 1L : 0L));
            output.Write(relation.SmallerLarge);
            output.Write(relation.LargerLarge);
            output.Write(relation.Count);
        }

        output.Write(_factors.AsSpan(0, _factorsEnd));
    }

    /// <summary>Reads what <see cref="Write"/> wrote, for a factor base of <paramref name="primes"/> primes.</summary>
    public void Read(ref CheckpointReader input, int primes)
    {
        var families = input.ReadCount(int.MaxValue);
        for (var i = 0; i < families; i++)
        {
            var family = new int[input.ReadCount(64)];
            for (var j = 0; j < family.Length; j++)
                family[j] = input.ReadCount(primes - 1);
            _families.Add(family);
        }

        var count = input.ReadCount(int.MaxValue);
        var start = 0;
        var counts = new List<int>();
        for (var i = 0; i < count; i++)
        {
            var family = input.ReadCount(Math.Max(0, families - 1));
            var polynomial = input.ReadCount((1 << _families[family].Length) - 1);
            var position = input.ReadInt64();
            var smaller = (uint)input.ReadInt64();
            var larger = (uint)input.ReadInt64();
            counts.Add(input.ReadCount(10_000));
            var isNegative = (position & 1) != 0;
            _relations.Add(new(family, polynomial, (int)(position >> 1), isNegative, smaller, larger, 0, counts[^1]));
            _graph.Add(smaller, larger);
        }

        _factors = input.ReadBytes().ToArray();
        var factors = new List<int>();
        for (var i = 0; i < count; i++)
        {
            _relations[i] = _relations[i] with { Start = start };
            factors.Clear();
            for (var (last, difference, shift) = (0, 0, 0); factors.Count < counts[i]; start++)
            {
                if (start >= _factors.Length)
                    throw new InvalidDataException("The checkpoint's relations are cut off.");
                difference |= (_factors[start] & 0x7F) << shift;
                shift += 7;
                if (_factors[start] >= 0x80)
                    continue;
                last += difference;
                if (last < 0 || last >= primes)
                    throw new InvalidDataException("The checkpoint's relations have unknown primes.");
                factors.Add(last);
                (difference, shift) = (0, 0);
            }

            _known.Add(Fingerprint(_relations[i], CollectionsMarshal.AsSpan(factors)));
        }

        _factorsEnd = start;
    }

    // Equal congruences have equal values, so equal primes; others share 64 bits of hash by no chance that matters.
    private static ulong Fingerprint(in Relation relation, ReadOnlySpan<int> factors)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        var hash = ((ulong)relation.LargerLarge << 32) | relation.SmallerLarge;
        foreach (var factor in factors)
            hash = BitOperations.RotateLeft((hash ^ (uint)factor) * Multiplier, 29);
        return relation.IsNegative ? ~hash : hash;
    }
}
