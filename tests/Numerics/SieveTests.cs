using System.Numerics;

namespace Turnstile.Numerics.Tests;

/// <summary>Every vector width sieves alike: the same relations, so the same factor after the same pieces.</summary>
public sealed class SieveTests
{
    [Theory]
    [InlineData(30)]
    [InlineData(40)]
    [InlineData(52)]
    public void All_vector_widths_find_the_same_relations(int digits)
    {
        var random = new Random(digits);
        var number = Cases.PrimeOfDigits(random, digits / 2) * Cases.PrimeOfDigits(random, digits / 2);
        var plain = Run(number, new PlainLanes());
        Assert.Equal(plain, Run(number, new Lanes256()));
        Assert.Equal(plain, Run(number, SieveLanes.Widest));
        Assert.Equal(BigInteger.Zero, number % plain.Factor);
        Assert.NotEqual(BigInteger.One, plain.Factor);
        Assert.NotEqual(number, plain.Factor);
    }

    [Fact]
    public void Numbers_sieved_in_a_part_of_a_block_are_split_alike_by_all_vector_widths()
    {
        var random = new Random(6);
        for (var bits = 82; bits <= 124; bits += 2)
        {
            var number = Cases.PrimeOfBits(random, bits / 2) * Cases.PrimeOfBits(random, bits - (bits / 2));
            var plain = Run(number, new PlainLanes());
            Assert.Equal(plain, Run(number, new Lanes256()));
            Assert.Equal(plain, Run(number, SieveLanes.Widest));
            Assert.Equal(BigInteger.Zero, number % plain.Factor);
            Assert.InRange(plain.Factor, 2, number - 1);
        }
    }

    [Fact]
    public void Curves_before_the_sieve_give_proper_divisors_or_none()
    {
        var random = new Random(7);
        var found = 0;
        for (var bits = 12; bits <= 48; bits++)
        {
            for (var whole = 66; whole <= WordFactors.BriefBitsMax; whole += 2)
            {
                var number = Cases.PrimeOfBits(random, bits) * Cases.PrimeOfBits(random, whole - bits);
                var divisor = (BigInteger)WordFactors.DivisorThatStandsOut((UInt128)number);
                if (divisor.IsZero)
                    continue;
                found++;
                Assert.Equal(BigInteger.Zero, number % divisor);
                Assert.InRange(divisor, 2, number - 1);
            }
        }

        Assert.NotEqual(0, found);
    }

    [Fact]
    public void Products_of_residues_are_those_of_big_integers_whatever_the_length()
    {
        var random = new Random(8);
        foreach (var bits in new[] { 20, 64, 65, 80, 126, 127, 128, 300 })
        {
            var modulus = Cases.PrimeOfBits(random, bits);
            var product = ResidueProduct.For(modulus);
            var expected = BigInteger.One;
            for (var i = 0; i < 200; i++)
            {
                var (factor, exponent) = ((uint)random.NextInt64(1, 1L << 32), random.Next(8));
                product.Multiply(factor, exponent);
                var root = new BigInteger(random.NextInt64()) * random.Next(-2, 3) % modulus;
                if (!root.IsZero)
                    product.Multiply(root);
                expected = expected * BigInteger.Pow(factor, exponent) * (root.IsZero ? 1 : root) % modulus;
            }

            Assert.Equal((expected + modulus) % modulus, product.Value);
        }
    }

    [Fact]
    public void Primes_thrown_into_buckets_and_two_large_primes_find_factors_too()
    {
        var random = new Random(3);
        var number = Cases.PrimeOfDigits(random, 23) * Cases.PrimeOfDigits(random, 23);
        var parameters = new SieveParameters(9_000, 4, 30, 2, 60, 16);
        foreach (var lanes in new SieveLanes[] { new PlainLanes(), new Lanes256(), SieveLanes.Widest })
        {
            using var sieve = new QuadraticSieve(number, lanes, parameters);
            sieve.Work().RunToEnd();

            Assert.NotNull(sieve.Factor);
            Assert.Equal(BigInteger.Zero, number % sieve.Factor.Value);
        }
    }

    [Fact]
    public void Curves_find_a_factor_of_a_number_too_long_for_the_sieve()
    {
        var random = new Random(4);
        var factor = Cases.PrimeOfDigits(random, 12);
        var rest = Cases.PrimeOfDigits(random, 130);
        var result = Cases.Finish(Kernels.Factorize(factor * rest));
        Assert.Equal([new(factor, 1), new(rest, 1)], result.Factors.ToArray());
    }

    [Fact]
    public void Curves_modulo_a_long_number_are_begun_and_come_to_their_divisors_in_pieces()
    {
        var chain = new LucasChain(100);
        var pairs = new PrimePairs(100, 160, 60);
        chain.Work().RunToEnd();
        pairs.Work().RunToEnd();
        using var curves = new LaneCurves((BigInteger.One << 4423) - 1);
        var pieces = curves.Work(6, chain, pairs).Count();
        Assert.Null(curves.Divisor);
        Assert.InRange(pieces - chain.Program.Length, 28, int.MaxValue);
    }

    [Fact]
    public void Solutions_of_a_dense_matrix_add_up_to_zero()
    {
        var random = new Random(5);
        foreach (var (rows, columns) in new[] { (1, 2), (10, 12), (70, 90), (300, 310), (700, 640) })
        {
            var bits = new bool[rows, columns];
            using var matrix = new DenseNullSpace(rows, columns);
            matrix.Allocate().RunToEnd();
            for (var i = 0; i < rows * columns / 3; i++)
            {
                var (row, column) = (random.Next(rows), random.Next(columns));
                bits[row, column] ^= true;
                matrix.Flip(row, column);
            }

            matrix.Work().RunToEnd();

            var free = matrix.FreeColumns().ToList();
            Assert.True(free.Count >= columns - rows);
            foreach (var one in free)
            {
                var vector = new List<int>();
                matrix.Solve(one, vector).RunToEnd();
                Assert.Equal([one], vector.Intersect(free));
                for (var row = 0; row < rows; row++)
                    Assert.Equal(0, vector.Count(column => bits[row, column]) % 2);
            }
        }
    }

    [Fact]
    public void Columns_that_a_sparse_reduction_leaves_are_the_sums_of_their_parts()
    {
        const int Rows = 600;
        var random = new Random(9);
        var given = Enumerable.Range(0, Rows + 30)
            .Select(_ => Enumerable.Range(0, 14).Select(_ => (int)(Rows * Math.Pow(random.NextDouble(), 3))).Distinct())
            .Select(rows => rows.Order().ToArray()).ToArray();
        var pool = new ListPool();
        var reduction = new SparseReduction(
            [.. given.Select((rows, column) => new ColumnSum(pool.Make(rows), pool.Make([column])))], Rows, pool);
        reduction.Work().RunToEnd();
        Assert.InRange(reduction.Left.Count, 30, given.Length - 1);
        foreach (var (rows, parts) in reduction.Left)
        {
            var sum = new SortedSet<int>();
            foreach (var part in parts.Numbers)
                sum.SymmetricExceptWith(given[part]);
            Assert.Equal(sum, rows.Numbers.ToArray());
        }

        // As many more columns than rows as before, or more: no solution is lost.
        var left = reduction.Left.SelectMany(column => column.Rows.Numbers.ToArray()).Distinct().Count();
        Assert.True(reduction.Left.Count - left >= 30);
    }

    private static (BigInteger Factor, int Pieces) Run(BigInteger number, SieveLanes lanes)
    {
        using var sieve = new QuadraticSieve(number, lanes, null);
        var pieces = sieve.Work().Count();
        return (sieve.Factor!.Value, pieces);
    }
}
