using System.Numerics;
using System.Runtime.InteropServices;

namespace Turnstile.Numerics;

/// <summary>
/// Multiplies relations to squares on both sides, X² = Y² modulo N, and takes the common divisor of X - Y and N,
/// which is a proper factor every other time at least.
/// </summary>
internal sealed unsafe class CongruencesOfSquares(
    BigInteger original, BigInteger number, FactorBase factorBase, Relations relations)
{
    private const int VectorsMax = 60;

    // Below this many primes the dense solver alone is faster.
    private const int SparseMin = 2500;

    // Cycles, columns or relations in a piece: a millisecond or two.
    private const int PieceCount = 256;

    // Bits of the dense matrix set in a piece: each may be the first of its page, which the system has to find and clear.
    private const int PieceFlips = 1 << 12;

    private readonly PolynomialFamily?[] _families = new PolynomialFamily?[relations.Families.Count];
    private readonly Shards<Dictionary<uint, int>> _largeExponents = new(relations.Shards);
    private readonly int[] _exponents = new int[factorBase.Count];
    private readonly List<int> _factors = [];
    private readonly List<int> _odd = [];
    private readonly ListPool _pool = new();
    private readonly List<PooledList> _cycles = new(relations.Cycles);
    private int _rootFamily = -1;
    private int _rootPolynomial;
    private BigInteger _twiceA;
    private BigInteger _b;

    /// <summary>
    /// A factor that is neither 1 nor the number, once <see cref="Work"/> has come to its end; null if all were
    /// trivial.
    /// </summary>
    public BigInteger? Factor { get; private set; }

    /// <summary>Solves in pieces, each giving the part done so far.</summary>
    public IEnumerable<double> Work()
    {
        foreach (var _ in relations.FindCycles(_pool, _cycles))
            yield return 0.1;
        var sums = new List<ColumnSum>(_cycles.Count);
        foreach (var cycle in _cycles)
        {
            sums.Add(new(OddRows(cycle.Numbers), _pool.Make([sums.Count])));
            if (sums.Count % PieceCount == 0)
                yield return 0.2;
        }

        if (factorBase.Count >= SparseMin)
        {
            var reduction = new SparseReduction(sums, factorBase.Count + 1, _pool);
            foreach (var _ in reduction.Work())
                yield return 0.3;
            sums = reduction.Left;
        }

        var numbers = new int[factorBase.Count + 1];
        for (var column = 0; column < sums.Count; column++)
        {
            foreach (var row in sums[column].Rows.Numbers)
                numbers[row] = 1;
            if (column % PieceCount == 0)
                yield return 0.35;
        }

        using var matrix = new DenseNullSpace(Number(numbers), sums.Count);
        foreach (var _ in matrix.Allocate())
            yield return 0.4;
        var flipped = 0;
        for (var column = 0; column < sums.Count; column++)
        {
            foreach (var row in sums[column].Rows.Numbers)
                matrix.Flip(numbers[row], column);
            flipped += sums[column].Rows.Count;
            if (flipped < PieceFlips)
                continue;
            flipped = 0;
            yield return 0.4;
        }

        foreach (var part in matrix.Work())
            yield return 0.4 + (0.5 * part);
        foreach (var free in matrix.FreeColumns().Take(VectorsMax))
        {
            var vector = new List<int>();
            foreach (var _ in matrix.Solve(free, vector))
                yield return 0.9;
            foreach (var _ in Try(vector, sums))
                yield return 0.9;
            if (Factor is not null)
                break;
        }

        foreach (var _ in matrix.Free())
            yield return 0.9;
    }

    // Only rows that occur get a place; the densest, which are the first, come last, where less is left to clear.
    private static int Number(int[] numbers)
    {
        var count = 0;
        for (var row = numbers.Length - 1; row >= 0; row--)
            if (numbers[row] != 0)
                numbers[row] = count++;
        return count;
    }

    // Row 0 is the sign, row i + 1 prime i.
    private PooledList OddRows(ReadOnlySpan<int> cycle)
    {
        var isNegative = false;
        _factors.Clear();
        foreach (var index in cycle)
        {
            isNegative ^= relations.Read(index, _factors).IsNegative;
        }

        foreach (var factor in _factors)
            _exponents[factor]++;
        _odd.Clear();
        if (isNegative)
            _odd.Add(0);
        foreach (var factor in _factors)
        {
            if ((_exponents[factor] & 1) != 0)
                _odd.Add(factor + 1);
            _exponents[factor] = 0;
        }

        _odd.Sort();
        return _pool.Make(CollectionsMarshal.AsSpan(_odd));
    }

    // 2ax + b. Relations come polynomial by polynomial.
    private BigInteger Root(in Relation relation)
    {
        if (relation.Family != _rootFamily || relation.Polynomial != _rootPolynomial)
        {
            var family = _families[relation.Family] ??= new(number, factorBase, relations.Families[relation.Family]);
            (_rootFamily, _rootPolynomial) = (relation.Family, relation.Polynomial);
            (_twiceA, _b) = (2 * family.A, family.B(relation.Polynomial));
        }

        return (_twiceA * relation.Position) + _b;
    }

    // Multiplies the relations that a solution takes an odd number of times.
    private IEnumerable<bool> Try(List<int> vector, List<ColumnSum> sums)
    {
        var isOdd = new bool[relations.Count];
        var marked = 0;
        foreach (var column in vector)
        {
            Mark(sums[column].Parts.Numbers, isOdd);
            marked += sums[column].Parts.Count;
            if (marked < PieceCount)
                continue;
            marked = 0;
            yield return true;
        }

        Array.Clear(_exponents);
        foreach (var part in _largeExponents.Parts)
            part.Clear();
        var x = ResidueProduct.For(original);
        var multiplied = 0;
        for (var index = 0; index < isOdd.Length; index++)
        {
            if (!isOdd[index])
                continue;
            Multiply(x, index);
            if (++multiplied % PieceCount == 0)
                yield return true;
        }

        var y = ResidueProduct.For(original);
        for (var i = 0; i < _exponents.Length; i++)
        {
            MultiplyPrime(y, i);
            if (i % PieceCount == 0)
                yield return true;
        }

        multiplied = 0;
        foreach (var (prime, exponent) in _largeExponents.Parts.SelectMany(part => part))
        {
            y.Multiply(prime, exponent / 2);
            if (++multiplied % PieceCount == 0)
                yield return true;
        }

        var divisor = BigInteger.GreatestCommonDivisor(x.Value - y.Value, original);
        Factor = divisor.IsOne || divisor == original ? null : divisor;
    }

    private void Mark(ReadOnlySpan<int> cycles, bool[] isOdd)
    {
        foreach (var cycle in cycles)
            foreach (var relation in _cycles[cycle].Numbers)
                isOdd[relation] ^= true;
    }

    private void MultiplyPrime(ResidueProduct product, int index) =>
        product.Multiply(factorBase.Primes[index], _exponents[index] / 2);

    private void Multiply(ResidueProduct x, int index)
    {
        // The 4 of 4a · value.
        _exponents[0] += 2;
        _factors.Clear();
        var relation = relations.Read(index, _factors);
        foreach (var factor in _factors)
            _exponents[factor]++;
        Count(relation.SmallerLarge);
        Count(relation.LargerLarge);
        x.Multiply(Root(relation));
    }

    private void Count(uint largePrime)
    {
        if (largePrime == 1)
            return;
        var exponents = _largeExponents[largePrime];
        exponents[largePrime] = exponents.GetValueOrDefault(largePrime) + 1;
    }
}
