using System.Globalization;
using System.Numerics;

namespace Turnstile.Numerics.Tests;

public sealed class FactorizationTests
{
    [Fact]
    public void Every_number_below_ten_thousand_is_the_product_of_primes()
    {
        for (var number = 1; number < 10_000; number++)
            Check(number);
    }

    [Fact]
    public void Products_of_two_primes_just_above_those_that_are_divided_out_are_split()
    {
        int[] primes = [.. PrimeSieve.Below(1_500).Where(prime => prime > 500)];
        foreach (var left in primes)
            foreach (var right in primes)
                Check((BigInteger)left * right);
    }

    [Fact]
    public void Products_of_many_primes_just_above_those_that_are_divided_out_are_split()
    {
        int[] primes = [.. PrimeSieve.Below(900).Where(prime => prime > 500)];
        Check((BigInteger)541 * 563 * 571);
        for (var count = 3; count <= 20; count++)
        {
            for (var first = 0; first + count <= primes.Length; first++)
            {
                var number = BigInteger.One;
                foreach (var prime in primes.AsSpan(first, count))
                    number *= prime;
                Check(number);
                Check(number * primes[first]);
            }
        }
    }

    [Fact]
    public void One_has_no_factors()
    {
        var result = Cases.Finish(Kernels.Factorize(1));
        Assert.Empty(result.Factors);
        Assert.Null(result.Cofactor);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("-100000000000000000000000000000000000000000000000000")]
    public void Numbers_below_one_are_refused(string number)
    {
        var value = BigInteger.Parse(number, CultureInfo.InvariantCulture);
        Assert.Throws<ArgumentOutOfRangeException>(() => Kernels.Factorize(value));
    }

    [Fact]
    public void The_number_of_the_readme_splits_into_its_two_primes()
    {
        var result = Cases.Finish(Kernels.Factorize(BigInteger.Parse("100000000000000000050700000000000000004563")));
        Assert.Equal(
            [new(BigInteger.Parse("100000000000000000039"), 1), new(BigInteger.Parse("1000000000000000000117"), 1)],
            result.Factors.ToArray());
    }

    [Fact]
    public void Semiprimes_of_every_size_up_to_46_digits_are_split()
    {
        var random = new Random(7);
        for (var digits = 2; digits <= 23; digits++)
            for (var i = 0; i < 3; i++)
                Check(Cases.PrimeOfDigits(random, digits) * Cases.PrimeOfDigits(random, digits));
    }

    [Fact]
    public void Lopsided_semiprimes_are_split()
    {
        var random = new Random(8);
        for (var digits = 1; digits <= 16; digits++)
            for (var other = digits; other <= 44 - digits; other += 7)
                Check(Cases.PrimeOfDigits(random, digits) * Cases.PrimeOfDigits(random, other));
    }

    [Fact]
    public void Prime_powers_are_recognised()
    {
        var random = new Random(9);
        for (var digits = 1; digits <= 30; digits++)
        {
            var prime = Cases.PrimeOfDigits(random, digits);
            for (var exponent = 2; exponent <= 6; exponent++)
            {
                var result = Cases.Finish(Kernels.Factorize(BigInteger.Pow(prime, exponent)));
                Assert.Equal([new(prime, exponent)], result.Factors.ToArray());
            }
        }
    }

    [Fact]
    public void Perfect_powers_of_composites_are_split()
    {
        var random = new Random(10);
        for (var digits = 2; digits <= 12; digits++)
        {
            var number = Cases.PrimeOfDigits(random, digits) * Cases.PrimeOfDigits(random, digits + 1);
            Check(number * number);
            Check(number * number * number);
        }
    }

    [Fact]
    public void Products_of_many_primes_of_one_size_are_split()
    {
        var random = new Random(11);
        for (var digits = 3; digits <= 10; digits++)
        {
            var number = BigInteger.One;
            while (number < BigInteger.Pow(10, 36))
                number *= Cases.PrimeOfDigits(random, digits);
            Check(number);
        }
    }

    [Theory]
    [InlineData("340282366920938463463374607431768211457")] // 2^128 + 1
    [InlineData("340282366920938463463374607431768211455")] // 2^128 - 1
    [InlineData("18446744073709551617")] // 2^64 + 1
    [InlineData("18446744073709551615")]
    [InlineData("170141183460469231731687303715884105727")] // 2^127 - 1, prime
    [InlineData("170141183460469231731687303715884105729")]
    [InlineData("3317044064679887385961981")] // passes thirteen bases
    [InlineData("318665857834031151167461")] // passes twelve bases
    [InlineData("3825123056546413051")] // passes nine bases
    [InlineData("1590231231043178376951698401")] // Carmichael
    [InlineData("999999000001")]
    [InlineData("111111111111111111111111111111111111111111")]
    public void Numbers_known_to_be_awkward_are_split(string number) =>
        Check(BigInteger.Parse(number, CultureInfo.InvariantCulture));

    [Fact]
    public void Ten_thousand_digits_of_small_factors_are_split()
    {
        var number = BigInteger.Pow(2, 5_000) * BigInteger.Pow(3, 4_000);
        number *= BigInteger.Pow(1_000_003, 700) * BigInteger.Pow(7919, 600);
        number *= BigInteger.Parse("1000000007") * BigInteger.Parse("1000000009");
        var result = Check(number);
        Assert.Equal(6, result.Factors.Length);
    }

    [Fact]
    public void What_is_known_so_far_always_multiplies_to_the_number()
    {
        var number = BigInteger.Parse("100000000000000000050700000000000000004563") * 4 * 27 * 1_000_003;
        using var kernel = Kernels.Factorize(number);
        var progress = 0.0;
        bool isDone;
        do
        {
            isDone = kernel.Step(new CountedBudget(20));
            Assert.Equal(number, Cases.Product(kernel.Result));
            Assert.InRange(kernel.Progress, progress, 1);
            progress = kernel.Progress;
        }
        while (!isDone);
        Assert.Null(kernel.Result.Cofactor);
    }

    private static Factorization Check(BigInteger number)
    {
        var result = Cases.Finish(Kernels.Factorize(number));
        Cases.Check(number, result);
        return result;
    }
}
