using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Turnstile.Numerics.Tests;

public sealed class FactorialTests
{
    [Fact]
    public void Factorials_are_the_products_they_should_be()
    {
        var product = BigInteger.One;
        for (var n = 0; n <= 1_000; n++)
        {
            product *= Math.Max(n, 1);
            Assert.Equal(product.ToString(CultureInfo.InvariantCulture), Text(Cases.Finish(Kernels.Factorial(n))));
        }
    }

    [Fact]
    public void Managed_arithmetic_gives_the_same_digits()
    {
        foreach (var n in new[] { 0, 1, 2, 100, 5_000, 20_000 })
        {
            using var kernel = new FactorialKernel(n, new ManagedArithmetic(), isDecimal: false);
            kernel.Step(SliceBudget.Unlimited);
            Assert.Equal(Text(Cases.Finish(Kernels.Factorial(n))), Text(kernel.Result));
        }
    }

    // The digest was computed from another program's factorial.
    [Fact]
    public void The_factorial_of_a_hundred_thousand_is_right()
    {
        var digits = Cases.Finish(Kernels.Factorial(100_000)).Ascii.Span;
        Assert.Equal(456_574, digits.Length);
        Assert.Equal(
            "820239691EF9B4887957093BB745A1AC33D3184B272DB3E9A0D0A37062A13399",
            Convert.ToHexString(SHA256.HashData(digits)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(Kernels.FactorialMax + 1)]
    [InlineData(int.MaxValue)]
    public void Arguments_out_of_range_are_refused(int n) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Kernels.Factorial(n));

    private static string Text(DecimalDigits digits) => Encoding.ASCII.GetString(digits.Ascii.Span);
}
