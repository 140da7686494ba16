using System.Globalization;
using System.Numerics;
using System.Text;

namespace Turnstile.Numerics.Tests;

public sealed class DecimalTextTests
{
    [Fact]
    public void Digits_and_numbers_convert_both_ways()
    {
        var random = new Random(1);
        for (var digits = 1; digits <= 6_000; digits += 1 + (digits / 50))
        {
            var number = Cases.OfDigits(random, digits);
            var text = number.ToString(CultureInfo.InvariantCulture);
            Assert.Equal(text, Encoding.ASCII.GetString(DecimalText.Format(number).Ascii.Span));
            Assert.True(DecimalText.TryParse(Encoding.ASCII.GetBytes(text), out var parsed));
            Assert.Equal(number, parsed);
        }
    }

    [Fact]
    public void Powers_of_ten_and_their_neighbours_convert_both_ways()
    {
        for (var exponent = 0; exponent <= 2_500; exponent += 1 + (exponent / 100))
        {
            foreach (var neighbour in new[] { -1, 0, 1 })
            {
                var number = BigInteger.Pow(10, exponent) + neighbour;
                var text = Encoding.ASCII.GetString(DecimalText.Format(number).Ascii.Span);
                Assert.Equal(number.ToString(CultureInfo.InvariantCulture), text);
                Assert.True(DecimalText.TryParse(Encoding.ASCII.GetBytes("000" + text), out var parsed));
                Assert.Equal(number, parsed);
            }
        }
    }

    [Fact]
    public void Long_numbers_survive_the_way_there_and_back()
    {
        var bytes = new byte[200_000];
        new Random(2).NextBytes(bytes);
        var number = new BigInteger(bytes, isUnsigned: true);
        Assert.True(DecimalText.TryParse(DecimalText.Format(number).Ascii.Span, out var parsed));
        Assert.Equal(number, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("12a")]
    [InlineData("1.5")]
    [InlineData("0x10")]
    public void Anything_but_digits_is_refused(string text) =>
        Assert.False(DecimalText.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void More_digits_than_the_limit_are_refused()
    {
        var digits = new byte[DecimalText.DigitsMax + 1];
        digits.AsSpan().Fill((byte)'1');
        Assert.False(DecimalText.TryParse(digits, out _));
    }

    [Fact]
    public void Negative_numbers_have_no_decimal_digits() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DecimalText.Format(-1));
}
