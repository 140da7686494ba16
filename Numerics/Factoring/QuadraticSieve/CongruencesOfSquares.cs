using System.Numerics;

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

    private readonly PolynomialFamily?[] _families = new PolynomialFamily?[relations.Families.Count];
    private readonly Dictionary<uint, int> _largeExponents = [];
    private readonly int[] _exponents = new int[factorBase.Count];

    /// <summary>
    /// A factor that is neither 1 nor the number, once <see cref="Work"/> has come to its end; null if all were
    /// trivial.
    /// </summary>
    public BigInteger? Factor { get; private set; }

    /// <summary>Solves in pieces, each giving the part done so far.</summary>
    public IEnumerable<double> Work()
    {
        var cycles = relations.FindCycles();
        yield return 0.1;
        var columns = cycles.ConvertAll(OddRows);
        yield return 0.2;
        List<(int[] Rows, List<int> Parts)> sums =
            [.. columns.Select((rows, index) => (rows, new List<int> { index }))];
        if (factorBase.Count >= SparseMin)
        {
            var reduction = new SparseReduction(columns, factorBase.Count + 1);
            foreach (var _ in reduction.Work())
                yield return 0.3;
            sums = [.. reduction.Columns];
        }

        using var matrix = Dense(sums.ConvertAll(sum => sum.Rows), factorBase.Count + 1);
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

    private static DenseNullSpace Dense(List<int[]> columns, int rows)
    {
        // Only rows that occur get a place; the densest, which are the first, come last, where less is left to clear.
        var numbers = new int[rows];
        foreach (var column in columns)
            foreach (var row in column)
                numbers[row] = 1;
        var count = 0;
        for (var row = rows - 1; row >= 0; row--)
            if (numbers[row] != 0)
                numbers[row] = count++;
        var matrix = new DenseNullSpace(count, columns.Count);
        for (var c = 0; c < columns.Count; c++)
            foreach (var row in columns[c])
                matrix.Flip(numbers[row], c);
        return matrix;
    }

    // Row 0 is the sign, row i + 1 prime i.
    private int[] OddRows(int[] cycle)
    {
        var isNegative = false;
        foreach (var index in cycle)
        {
            isNegative ^= relations[index].IsNegative;
            relations.CountFactors(index, _exponents);
        }

        var odd = new List<int>();
        if (isNegative)
            odd.Add(0);
        for (var i = 0; i < _exponents.Length; i++)
            if ((_exponents[i] & 1) != 0)
                odd.Add(i + 1);
        Array.Clear(_exponents);
        return [.. odd];
    }

    // 2ax + b
    private BigInteger Root(in Relation relation)
    {
        var family = _families[relation.Family] ??= new(number, factorBase, relations.Families[relation.Family]);
        return (2 * family.A * relation.Position) + family.B(relation.Polynomial);
    }

    private BigInteger? TrySquares(HashSet<int> indices)
    {
        Array.Clear(_exponents);
        _largeExponents.Clear();
        var x = BigInteger.One;
        foreach (var index in indices)
        {
            var relation = relations[index];
            x = x * Root(relation) % original;

            // The 4 of 4a · value.
            _exponents[0] += 2;
            relations.CountFactors(index, _exponents);
            Count(relation.SmallerLarge);
            Count(relation.LargerLarge);
        }

        var y = new ResidueProduct(original);
        for (var i = 0; i < _exponents.Length; i++)
            y.Multiply(factorBase.Primes[i], _exponents[i] / 2);
        foreach (var (prime, exponent) in _largeExponents)
            y.Multiply(prime, exponent / 2);
        var divisor = BigInteger.GreatestCommonDivisor(x - y.Value, original);
        return divisor.IsOne || divisor == original ? null : divisor;
    }

    private void Count(uint largePrime)
    {
        if (largePrime != 1)
            _largeExponents[largePrime] = _largeExponents.GetValueOrDefault(largePrime) + 1;
    }
}
