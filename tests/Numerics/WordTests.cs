using System.Numerics;

namespace Turnstile.Numerics.Tests;

public sealed class WordTests
{
    [Fact]
    public void Residues_of_one_word_behave_as_integers_modulo_the_number()
    {
        var random = new Random(1);
        ulong[] extremes = [3, 5, 0xFFFFFFFF, 0x8000000000000001, ulong.MaxValue, ulong.MaxValue - 58];
        var others = Enumerable.Range(1, 200).Select(i => (((ulong)random.NextInt64() << 1) >> (i % 60)) | 3);
        foreach (var modulus in extremes.Concat(others))
        {
            var ring = new Montgomery64(modulus);
            var (x, y) = ((ulong)random.NextInt64(), (ulong)random.NextInt64());
            var (a, b) = (ring.From(x), ring.From(y));
            Assert.Equal(x % modulus, ring.ToNumber(a));
            Assert.Equal((ulong)(((UInt128)x * y) % modulus), ring.ToNumber(ring.Multiply(a, b)));
            Assert.Equal((ulong)(((UInt128)x + y) % modulus), ring.ToNumber(ring.Add(a, b)));
            Assert.Equal(a, ring.Add(ring.Subtract(a, b), b));
            Assert.Equal((ulong)BigInteger.ModPow(x, y, modulus), ring.ToNumber(ring.Power(a, y)));
        }
    }

    [Fact]
    public void Residues_of_two_words_behave_as_integers_modulo_the_number()
    {
        var random = new Random(2);
        for (var i = 0; i < 400; i++)
        {
            var modulus = (Random128(random) >> (1 + (i % 62))) | 1 | (UInt128.One << 64);
            var ring = new Montgomery128(modulus);
            var (x, y) = (Random128(random) % modulus, Random128(random) % modulus);
            var (a, b) = (ring.From(x), ring.From(y));
            Assert.Equal(x, ring.ToNumber(a));
            Assert.Equal((UInt128)((BigInteger)x * y % modulus), ring.ToNumber(ring.Multiply(a, b)));
            Assert.Equal((UInt128)(((BigInteger)x + y) % modulus), ring.ToNumber(ring.Add(a, b)));
            Assert.Equal(a, ring.Add(ring.Subtract(a, b), b));
            Assert.Equal(UInt128.One, ring.ToNumber(ring.One));
        }
    }

    [Fact]
    public void Square_roots_are_rounded_down()
    {
        var random = new Random(3);
        for (var i = 0; i < 2_000; i++)
        {
            var root = (ulong)random.NextInt64() >> (i % 63);
            var square = (UInt128)root * root;
            Assert.Equal(root, Words.SquareRoot(square));
            if (root > 0)
                Assert.Equal(root - 1, Words.SquareRoot(square - 1));
            Assert.Equal(root, Words.SquareRoot(square + root));
        }

        Assert.Equal(ulong.MaxValue, Words.SquareRoot(UInt128.MaxValue));
    }

    [Fact]
    public void Common_divisors_are_the_greatest()
    {
        var random = new Random(4);
        for (var i = 0; i < 2_000; i++)
        {
            var a = Random128(random) >> (i % 100);
            var b = (Random128(random) >> (i % 90)) | 1;
            Assert.Equal(BigInteger.GreatestCommonDivisor(a, b), (BigInteger)Words.CommonDivisor(a, b));
        }

        Assert.Equal(7UL, Words.CommonDivisor(0UL, 7UL));
    }

    [Fact]
    public void Roots_of_powers_are_found()
    {
        var random = new Random(5);
        for (var digits = 1; digits <= 80; digits++)
        {
            var root = Cases.OfDigits(random, digits) + 1;
            for (var exponent = 2; exponent <= 7; exponent++)
            {
                var power = BigInteger.Pow(root, exponent);
                Assert.Equal(root, PerfectPower.Root(power, exponent));
                Assert.Equal(root - 1, PerfectPower.Root(power - 1, exponent));
                Assert.Equal(root, PerfectPower.Root(power + 1, exponent));
            }
        }
    }

    private static UInt128 Random128(Random random) =>
        new(((ulong)random.NextInt64() << 1) | 1, ((ulong)random.NextInt64() << 1) | (uint)random.Next(2));
}
