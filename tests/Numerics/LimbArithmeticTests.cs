using System.Numerics;

namespace Turnstile.Numerics.Tests;

/// <summary>libgmp and managed code do the same arithmetic.</summary>
public sealed class LimbArithmeticTests
{
    public static TheoryData<bool> Ways => LimbArithmetic.Fastest.IsNative ? [true, false] : [false];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Products_quotients_and_remainders_are_right(bool isNative)
    {
        var arithmetic = Way(isNative);
        var random = new Random(1);
        for (var i = 0; i < 400; i++)
        {
            var a = RandomLimbs(random, 1 + random.Next(90));
            var b = RandomLimbs(random, 1 + random.Next(a.Length));
            var (x, y) = (Limbs.ToBigInteger(a), Limbs.ToBigInteger(b));
            var product = new ulong[a.Length + b.Length];
            arithmetic.Multiply(a, b, product);
            Assert.Equal(x * y, Limbs.ToBigInteger(product));
            arithmetic.Multiply(b, a, product);
            Assert.Equal(x * y, Limbs.ToBigInteger(product));
            var square = new ulong[2 * a.Length];
            arithmetic.Square(a, square);
            Assert.Equal(x * x, Limbs.ToBigInteger(square));
            var quotient = new ulong[a.Length - b.Length + 1];
            var remainder = new ulong[b.Length];
            arithmetic.Divide(a, b, quotient, remainder);
            Assert.Equal(x / y, Limbs.ToBigInteger(quotient));
            Assert.Equal(x % y, Limbs.ToBigInteger(remainder));
            Assert.Equal((ulong)(x % b[0]), arithmetic.Remainder(a, b[0]));
            Assert.Equal((ulong)(x % 65_537), arithmetic.Remainder(a, 65_537));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Residues_behave_as_integers_modulo_the_number(bool isNative)
    {
        var random = new Random(2);
        foreach (var limbs in new[] { 1, 2, 3, 10, 79, 80, 81, 100 })
        {
            var modulus = Limbs.ToBigInteger(RandomLimbs(random, limbs)) | 1;
            var ring = new ResidueRing(modulus, Way(isNative));
            for (var i = 0; i < 30; i++)
            {
                var x = Limbs.ToBigInteger(RandomLimbs(random, limbs)) % modulus;
                var y = Limbs.ToBigInteger(RandomLimbs(random, limbs)) % modulus;
                var (a, b) = (ring.From(x), ring.From(y));
                Assert.Equal(x, ring.ToNumber(a));
                ring.Add(a, b);
                Assert.Equal((x + y) % modulus, ring.ToNumber(a));
                ring.Subtract(a, b);
                Assert.Equal(x, ring.ToNumber(a));
                ring.Subtract(b, a);
                Assert.Equal((y - x + modulus) % modulus, ring.ToNumber(b));
                ring.Multiply(a, b, b);
                Assert.Equal((y - x + modulus) * x % modulus, ring.ToNumber(b));
                ring.Square(a, a);
                Assert.Equal(x * x % modulus, ring.ToNumber(a));
            }
        }
    }

    private static LimbArithmetic Way(bool isNative) => isNative ? LimbArithmetic.Fastest : new ManagedArithmetic();

    // Long runs of ones and zeros make carries travel.
    private static ulong[] RandomLimbs(Random random, int count)
    {
        var limbs = new ulong[count];
        for (var i = 0; i < count; i++)
            limbs[i] = random.Next(4) switch { 0 => ulong.MaxValue, 1 => 0, _ => (ulong)random.NextInt64() << 1 };
        limbs[^1] |= 1UL << random.Next(64);
        limbs[0] |= 1;
        return limbs;
    }
}
