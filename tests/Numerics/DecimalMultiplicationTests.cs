using System.Numerics;

namespace Turnstile.Numerics.Tests;

/// <summary>Products in limbs of 19 digits are those of the numbers, by whichever way they are made.</summary>
public sealed class DecimalMultiplicationTests
{
    private const ulong LimbMax = PowersOfTen.LimbPower - 1;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(39, 39)]
    [InlineData(40, 40)]
    [InlineData(48, 48)]
    [InlineData(49, 48)]
    [InlineData(200, 45)]
    [InlineData(384, 384)]
    [InlineData(385, 384)]
    [InlineData(1_000, 999)]
    [InlineData(6_144, 6_144)]
    [InlineData(20_000, 11_000)]
    public void Products_are_those_of_the_numbers(int first, int second)
    {
        var random = new Random(first);
        var multiplication = new DecimalMultiplication();
        Func<ulong>[] kinds = [() => LimbMax, () => Limb(random), () => random.Next(3) == 0 ? LimbMax : 0];
        foreach (var next in kinds)
        {
            var a = Fill(first, next);
            var b = Fill(second, next);
            var product = new ulong[first + second];
            multiplication.Multiply(a, b, product);
            Assert.Equal(Value(a) * Value(b), Value(product));
            var square = new ulong[2 * first];
            multiplication.Multiply(a, a, square);
            Assert.Equal(Value(a) * Value(a), Value(square));
        }
    }

    [Theory]
    [InlineData(30_000, 40_000)]
    [InlineData(90_000, 100)]
    [InlineData(200_000, 190_000)]
    [InlineData(600_000, 500_000)]
    public void Products_made_in_pieces_are_those_made_at_once(int first, int second)
    {
        var random = new Random(first);
        var multiplication = new DecimalMultiplication();
        var a = Fill(first, () => random.Next(3) == 0 ? LimbMax : Limb(random));
        var b = Fill(second, () => random.Next(3) == 0 ? LimbMax : Limb(random));
        foreach (var other in new[] { a, b })
        {
            var whole = new ulong[first + other.Length];
            var cut = new ulong[first + other.Length];
            multiplication.Multiply(a, other, whole);
            multiplication.MultiplyInPieces(a, other, cut).RunToEnd();
            Assert.Equal(whole, cut);
        }
    }

    [Fact]
    public void Factorials_made_in_decimal_and_in_binary_are_the_same()
    {
        for (var n = 0; n < 30_000; n = (2 * n) + 1)
        {
            using var decimally = new FactorialKernel(n, LimbArithmetic.Fastest, isDecimal: true);
            using var binarily = new FactorialKernel(n, LimbArithmetic.Fastest, isDecimal: false);
            decimally.Step(SliceBudget.Unlimited);
            binarily.Step(SliceBudget.Unlimited);
            Assert.True(binarily.Result.Ascii.Span.SequenceEqual(decimally.Result.Ascii.Span), $"{n}!");
        }
    }

    private static ulong[] Fill(int count, Func<ulong> next)
    {
        var limbs = new ulong[count];
        for (var i = 0; i < count; i++)
            limbs[i] = next();
        return limbs;
    }

    private static ulong Limb(Random random) =>
        (ulong)(((UInt128)(ulong)random.NextInt64() << 1) % PowersOfTen.LimbPower);

    // Each limb is below its radix, or the value would not be written uniquely.
    private static BigInteger Value(ReadOnlySpan<ulong> limbs)
    {
        if (limbs.Length > 1)
        {
            var half = limbs.Length / 2;
            return Value(limbs[..half]) + (Value(limbs[half..]) * BigInteger.Pow(10, PowersOfTen.LimbDigits * half));
        }

        Assert.InRange(limbs[0], 0UL, LimbMax);
        return limbs[0];
    }
}
