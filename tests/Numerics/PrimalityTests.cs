using System.Globalization;
using System.Numerics;
using System.Text;

namespace Turnstile.Numerics.Tests;

public sealed class PrimalityTests
{
    [Fact]
    public void Numbers_below_a_hundred_thousand_are_told_apart()
    {
        for (var number = 0; number < 100_000; number++)
            Assert.Equal(IndependentPrimality.IsPrime(number), Cases.Finish(Kernels.IsPrime(number)).IsPrime);
    }

    [Fact]
    public void Random_numbers_of_up_to_100_digits_are_told_apart()
    {
        var random = new Random(5);
        for (var i = 0; i < 4_000; i++)
        {
            var number = Cases.OfDigits(random, 1 + (i % 100)) | 1;
            Assert.Equal(IndependentPrimality.IsPrime(number), Cases.Finish(Kernels.IsPrime(number)).IsPrime);
        }
    }

    [Fact]
    public void Primes_of_every_size_are_found_prime()
    {
        var random = new Random(6);
        for (var digits = 1; digits <= 120; digits++)
            Assert.True(Cases.Finish(Kernels.IsPrime(Cases.PrimeOfDigits(random, digits))).IsPrime);
    }

    [Theory]
    [InlineData("2047")] // strong to base 2
    [InlineData("3215031751")] // to 2, 3, 5, 7
    [InlineData("3825123056546413051")]
    [InlineData("318665857834031151167461")]
    [InlineData("3317044064679887385961981")]
    [InlineData("6003094289670105800312596501")]
    [InlineData("59276361075595573263446330101")]
    [InlineData("564132928021909221014087501701")]
    [InlineData("1543267864443420616877677640751301")]
    public void Pseudoprimes_are_found_composite(string number) =>
        Assert.False(Cases.Finish(Kernels.IsPrime(BigInteger.Parse(number, CultureInfo.InvariantCulture))).IsPrime);

    [Fact]
    public void Squares_of_primes_are_found_composite()
    {
        var random = new Random(7);
        for (var digits = 1; digits <= 60; digits++)
            Assert.False(Cases.Finish(Kernels.IsPrime(BigInteger.Pow(Cases.PrimeOfDigits(random, digits), 2))).IsPrime);
    }

    [Fact]
    public void Mersenne_primes_are_found_prime_and_their_neighbours_are_not()
    {
        foreach (var exponent in new[] { 61, 89, 107, 127, 521, 607, 1279, 2203 })
            Assert.True(Cases.Finish(Kernels.IsPrime((BigInteger.One << exponent) - 1)).IsPrime, $"2^{exponent} - 1");
        foreach (var exponent in new[] { 67, 101, 257, 523, 613, 1283 })
            Assert.False(Cases.Finish(Kernels.IsPrime((BigInteger.One << exponent) - 1)).IsPrime, $"2^{exponent} - 1");
    }

    [Fact]
    public void The_answer_says_how_sure_it_is()
    {
        Assert.Equal(PrimalityProof.Deterministic, Cases.Finish(Kernels.IsPrime(ulong.MaxValue - 58)).Proof);
        Assert.Equal(PrimalityProof.Deterministic, Cases.Finish(Kernels.IsPrime(BigInteger.Pow(10, 300))).Proof);
        var mersenne = (BigInteger.One << 1279) - 1;
        Assert.Equal(new Primality(true, PrimalityProof.BailliePsw), Cases.Finish(Kernels.IsPrime(mersenne)));
    }

    [Theory]
    [InlineData(82, 200)]
    [InlineData(95, 100)]
    [InlineData(101, 50)]
    public void Primes_of_about_two_words_are_proved(int bits, int count)
    {
        var random = new Random(bits);
        for (var i = 0; i < count; i++)
            Assert.Equal(
                new Primality(true, PrimalityProof.Deterministic),
                Cases.Finish(Kernels.IsPrime(Cases.PrimeOfBits(random, bits))));
    }

    [Fact]
    public void Long_primes_are_proved_where_the_number_before_falls_apart()
    {
        var random = new Random(11);
        for (var bits = 200; bits <= 1_000; bits += 100)
        {
            // Proth's form, and a power of 3.
            foreach (var factor in new[] { BigInteger.Pow(2, bits / 2), BigInteger.Pow(3, bits / 3) * 2 })
            {
                var k = Cases.PrimeOfBits(random, bits / 3);
                while (!IndependentPrimality.IsPrime((k * factor) + 1))
                    k += 2;
                var answer = Cases.Finish(Kernels.IsPrime((k * factor) + 1));
                Assert.Equal(new Primality(true, PrimalityProof.Deterministic), answer);
            }
        }
    }

    [Fact]
    public void No_composite_is_proved_prime()
    {
        var random = new Random(12);
        var tried = 0;
        for (var i = 0; i < 3_000; i++)
        {
            // Both factors are 1 modulo the same smooth number, which therefore divides the predecessor.
            var shared = BigInteger.Pow(2, random.Next(1, 40)) * BigInteger.Pow(3, random.Next(25));
            var number = ((random.Next(1, 1_000) * shared) + 1) * ((random.NextInt64(1, 1L << 40) * shared) + 1);
            tried += IsNotProved(number);

            // Carmichael numbers, if all three are prime.
            var k = random.NextInt64(1L << 24, 1L << 30);
            tried += IsNotProved(((6 * (BigInteger)k) + 1) * ((12 * (BigInteger)k) + 1) * ((18 * (BigInteger)k) + 1));
        }

        Assert.NotEqual(0, tried);
    }

    private static int IsNotProved(BigInteger number)
    {
        if (number >> 64 == 0 || IndependentPrimality.IsPrime(number))
            return 0;
        var proof = new PredecessorProof(number, LimbArithmetic.Fastest);
        proof.Work().RunToEnd();
        Assert.False(proof.IsProved, $"{number}");
        return 1;
    }

    [Fact]
    public void The_next_prime_is_the_first_one_above()
    {
        var random = new Random(8);
        for (var i = 0; i < 300; i++)
        {
            var number = i < 100 ? i : Cases.OfDigits(random, 1 + (i % 60));
            var expected = number + 1;
            while (!IndependentPrimality.IsPrime(expected))
                expected++;
            var next = Cases.Finish(Kernels.NextPrime(number));
            Assert.Equal(expected.ToString(CultureInfo.InvariantCulture), Encoding.ASCII.GetString(next.Ascii.Span));
        }
    }

    [Fact]
    public void Managed_arithmetic_gives_the_same_answers()
    {
        var random = new Random(9);
        for (var i = 0; i < 200; i++)
        {
            var number = Cases.OfDigits(random, 40 + i) | 1;
            using var kernel = new PrimalityKernel(number, new ManagedArithmetic());
            kernel.Step(SliceBudget.Unlimited);
            Assert.Equal(Cases.Finish(Kernels.IsPrime(number)), kernel.Result);
        }
    }
}
