using System.Buffers;
using System.Numerics;

namespace Turnstile.Numerics.Tests;

/// <summary>
/// However a computation is cut into slices, and however often it is written down and restored, its result is the
/// same.
/// </summary>
public sealed class SlicingTests
{
    [Fact]
    public void Factorisations_cut_and_restored_anywhere_give_the_same_factors()
    {
        var random = new Random(1);
        for (var digits = 4; digits <= 44; digits += 4)
        {
            var number = Cases.PrimeOfDigits(random, digits / 2) * Cases.PrimeOfDigits(random, digits / 2);
            var whole = Cases.Finish(Kernels.Factorize(number));
            var cut = Cases.FinishInPieces(() => Kernels.Factorize(number), random, 200, 0.5);
            Assert.Equal(whole.Factors.AsEnumerable(), cut.Factors);
        }
    }

    [Fact]
    public void Factorisations_of_many_parts_survive_restoring()
    {
        var random = new Random(2);
        var number = Cases.PrimeOfDigits(random, 20) * Cases.PrimeOfDigits(random, 20) * Cases.PrimeOfDigits(random, 7);
        var whole = Cases.Finish(Kernels.Factorize(number));
        var cut = Cases.FinishInPieces(() => Kernels.Factorize(number), random, 300, 0.3);
        Assert.Equal(whole.Factors.AsEnumerable(), cut.Factors);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000)]
    [InlineData(30_000)]
    public void Factorials_cut_anywhere_give_the_same_digits(int n)
    {
        var whole = Cases.Finish(Kernels.Factorial(n));
        var cut = Cases.FinishInPieces(() => Kernels.Factorial(n), new Random(3), 5, 0);
        Assert.True(whole.Ascii.Span.SequenceEqual(cut.Ascii.Span));
    }

    [Fact]
    public void Searches_for_the_next_prime_survive_restoring()
    {
        var number = BigInteger.Pow(10, 330);
        var whole = Cases.Finish(Kernels.NextPrime(number));
        var cut = Cases.FinishInPieces(() => Kernels.NextPrime(number), new Random(4), 20, 0.01);
        Assert.True(whole.Ascii.Span.SequenceEqual(cut.Ascii.Span));
    }

    [Fact]
    public void A_checkpoint_of_another_number_is_refused()
    {
        var checkpoint = CheckpointOf(BigInteger.Parse("100000000000000000050700000000000000004563"));
        using var other = Kernels.Factorize(BigInteger.Parse("100000000000000000050700000000000000004565"));
        Assert.Throws<InvalidDataException>(() => other.Restore(checkpoint));
        using var otherKind = Kernels.NextPrime(BigInteger.Parse("100000000000000000050700000000000000004563"));
        Assert.Throws<InvalidDataException>(() => otherKind.Restore(checkpoint));
        using var none = Kernels.Factorial(5);
        Assert.Throws<InvalidDataException>(() => none.Restore(checkpoint));
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused_or_harmless()
    {
        var number = BigInteger.Parse("100000000000000000050700000000000000004563");
        var checkpoint = CheckpointOf(number);
        for (var length = 1; length < checkpoint.Length; length += 1 + (checkpoint.Length / 300))
        {
            using var kernel = Kernels.Factorize(number);
            Assert.Throws<InvalidDataException>(() => kernel.Restore(checkpoint.AsSpan(0, length)));
        }
    }

    [Fact]
    public void A_step_always_makes_progress()
    {
        using var kernel = Kernels.Factorize(BigInteger.Parse("1000000000000000000117") * 1_000_003 * 999_999_000_001);
        var steps = 0;
        while (!kernel.Step(new CountedBudget(1)))
            Assert.InRange(++steps, 1, 100_000);
    }

    private static byte[] CheckpointOf(BigInteger number)
    {
        using var kernel = Kernels.Factorize(number);
        for (var i = 0; i < 50; i++)
            kernel.Step(new CountedBudget(3));
        var buffer = new ArrayBufferWriter<byte>();
        kernel.WriteCheckpoint(buffer);
        Assert.NotEqual(0, buffer.WrittenCount);
        return buffer.WrittenSpan.ToArray();
    }
}
