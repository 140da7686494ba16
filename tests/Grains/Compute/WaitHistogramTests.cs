using Turnstile.Grains.Compute;

namespace Turnstile.Grains.Tests.Compute;

public sealed class WaitHistogramTests
{
    private readonly WaitHistogram _waits = new();

    [Fact]
    public void Before_the_first_wait_there_is_no_quantile() => Assert.Null(_waits.Quantile(0.5));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_quantile_is_right_to_a_fifth(int seed)
    {
        var random = new Random(seed);
        double[] waits = [.. Enumerable.Range(0, 1_500).Select(_ => Math.Pow(10, (random.NextDouble() * 8) - 4)).Order()];
        Array.ForEach(waits, _waits.Add);
        foreach (double part in new[] { 0.01, 0.5, 0.9, 0.99, 1 })
        {
            double exact = waits[(int)Math.Ceiling(part * waits.Length) - 1];
            Assert.InRange(_waits.Quantile(part)!.Value / exact, 0.999, 1.19);
        }
    }

    [Fact]
    public void Old_waits_fade()
    {
        for (int i = 0; i < 100_000; i++)
        {
            _waits.Add(100);
        }

        for (int i = 0; i < 10_000; i++)
        {
            _waits.Add(0.01);
        }

        Assert.InRange(_waits.Quantile(0.95)!.Value, 0.01, 0.012);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(1e12)]
    [InlineData(double.PositiveInfinity)]
    public void Waits_beyond_the_classes_are_counted_in_the_last(double wait)
    {
        _waits.Add(wait);
        Assert.InRange(_waits.Quantile(1)!.Value, 0.0001, 200_000);
    }
}
