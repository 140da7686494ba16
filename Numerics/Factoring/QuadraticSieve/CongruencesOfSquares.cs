using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// Multiplies relations to squares on both sides, X² = Y² modulo N, and takes the common divisor of X - Y and N, which is a proper
/// factor every other time at least.
/// </summary>
internal sealed unsafe class CongruencesOfSquares(
    BigInteger original, BigInteger number, FactorBase factorBase, Relations relations)
{
    private const int VectorsMax = 60;

    private readonly Dictionary<int, PolynomialFamily> _families = [];
    private readonly Dictionary<uint, int> _largeExponents = [];

    /// <summary>A factor that is neither 1 nor the number, once <see cref="Work"/> has come to its end; null if all were trivial.</summary>
    public BigInteger? Factor { get; private set; }

    /// <summary>Solves in pieces, each giving the part done so far.</summary>
    public IEnumerable<double> Work()
    {
        var cycles = RelationCycles.Find(relations, Distinct());
        yield return 0.1;
        var columns = cycles.ConvertAll(OddRows);
        yield return 0.2;
        var reduction = new SparseReduction(columns, factorBase.Count + 1);
        foreach (var _ in reduction.Work())
            yield return 0.3;
        var sums = reduction.Columns.ToList();
        var matrix = Dense(sums.ConvertAll(sum => sum.Rows));
        foreach (var part in matrix.Work())
            yield return 0.4 + (0.5 * part);
        foreach (var vector in matrix.Vectors(VectorsMax))
        {
            yield return 0.9;
            var odd = new HashSet<int>();
            foreach (var column in vector)
                foreach (var cycle in sums[column].Parts)
                    foreach (var relation in cycles[cycle])
                        if (!odd.Add(relation))
                            odd.Remove(relation);
            if (TrySquares(odd) is not { } factor)
                continue;
            Factor = factor;
            yield break;
        }
    }

    private static DenseNullSpace Dense(List<List<int>> columns)
    {
        var numbers = new Dictionary<int, int>();
        foreach (var column in columns)
            foreach (var row in column)
                numbers.TryAdd(row, numbers.Count);
        var matrix = new DenseNullSpace(numbers.Count, columns.Count);
        for (var c = 0; c < columns.Count; c++)
            foreach (var row in columns[c])
                matrix.Flip(numbers[row], c);
        return matrix;
    }

    // Two families with common primes can find the same congruence; twice the same is a trivial square.
    private List<int> Distinct()
    {
        var seen = new HashSet<BigInteger>();
        var distinct = new List<int>(relations.Count);
        for (var i = 0; i < relations.Count; i++)
            if (seen.Add(BigInteger.Abs(Root(relations[i]))))
                distinct.Add(i);
        return distinct;
    }

    // 2ax + b
    private BigInteger Root(in Relation relation)
    {
        var family = Family(relation.Family);
        return (2 * family.A * relation.Position) + family.B(relation.Polynomial);
    }

    private PolynomialFamily Family(int index)
    {
        if (!_families.TryGetValue(index, out var family))
            _families.Add(index, family = new(number, factorBase, relations.Families[index]));
        return family;
    }

    // Row 0 is the sign, row i + 1 prime i.
    private int[] OddRows(int[] cycle)
    {
        var rows = new List<int>();
        foreach (var index in cycle)
        {
            if (relations[index].IsNegative)
                rows.Add(0);
            foreach (var factor in relations.Factors(index))
                rows.Add(factor + 1);
        }

        rows.Sort();
        var odd = new List<int>();
        foreach (var row in rows)
        {
            if (odd.Count > 0 && odd[^1] == row)
                odd.RemoveAt(odd.Count - 1);
            else
                odd.Add(row);
        }

        return [.. odd];
    }

    private BigInteger? TrySquares(HashSet<int> indices)
    {
        var exponents = new int[factorBase.Count];
        _largeExponents.Clear();
        var x = BigInteger.One;
        foreach (var index in indices)
        {
            var relation = relations[index];
            x = x * Root(relation) % original;

            // The 4 of 4a · value.
            exponents[0] += 2;
            foreach (var factor in relations.Factors(index))
                exponents[factor]++;
            Count(relation.SmallerLarge);
            Count(relation.LargerLarge);
        }

        var y = BigInteger.One;
        for (var i = 0; i < exponents.Length; i++)
            if (exponents[i] != 0)
                y = y * BigInteger.ModPow(factorBase.Primes[i], exponents[i] / 2, original) % original;
        foreach (var (prime, exponent) in _largeExponents)
            y = y * BigInteger.ModPow(prime, exponent / 2, original) % original;
        var divisor = BigInteger.GreatestCommonDivisor(x - y, original);
        return divisor.IsOne || divisor == original ? null : divisor;
    }

    private void Count(uint largePrime)
    {
        if (largePrime != 1)
            _largeExponents[largePrime] = _largeExponents.GetValueOrDefault(largePrime) + 1;
    }
}
