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
    public void A_checkpoint_cut_off_or_damaged_anywhere_is_refused()
    {
        var number = BigInteger.Parse("100000000000000000050700000000000000004563");
        var checkpoint = CheckpointOf(number);
        for (var place = 1; place < checkpoint.Length; place += 1 + (checkpoint.Length / 300))
        {
            using var cut = Kernels.Factorize(number);
            Assert.Throws<InvalidDataException>(() => cut.Restore(checkpoint.AsSpan(0, place)));
            var damaged = checkpoint.ToArray();
            damaged[place] ^= (byte)(1 << (place % 8));
            using var kernel = Kernels.Factorize(number);
            Assert.Throws<InvalidDataException>(() => kernel.Restore(damaged));
        }
    }

    [Theory]
    [InlineData(3, int.MaxValue)]
    [InlineData(3, 134)]
    [InlineData(7, 0)]
    [InlineData(1, 5)]
    [InlineData(0, 1)]
    public void A_checkpoint_with_factors_that_no_number_of_its_length_has_is_refused_at_once(int prime, int exponent)
    {
        var number = BigInteger.Parse("100000000000000000050700000000000000004563");
        var buffer = new ArrayBufferWriter<byte>();
        var output = new CheckpointWriter(buffer, CheckpointKind.Factorization, number);
        output.Write(1);
        output.Write((BigInteger)prime);
        output.Write(exponent);
        output.Write(0);
        output.Write(1);
        output.Write(number);
        output.Write(1);
        output.Write(0);
        output.Write(0);
        output.End();
        using var kernel = Kernels.Factorize(number);
        Assert.Throws<InvalidDataException>(() => kernel.Restore(buffer.WrittenSpan));
    }

    [Fact]
    public void A_sieve_in_a_checkpoint_of_a_number_too_long_for_one_is_refused()
    {
        var random = new Random(6);
        var number = Cases.PrimeOfDigits(random, 65) * Cases.PrimeOfDigits(random, 65);
        using var kernel = Kernels.Factorize(number);
        Assert.Throws<InvalidDataException>(() => kernel.Restore(Forged(number, SieveState.For(number))));
    }

    [Theory]
    [InlineData("100000000000000000000000000000000000133", 1)]
    [InlineData("10000000000000000000000013", 2)]
    [InlineData("10000000000000061", 2)]
    [InlineData("10000000000000061", 1)]
    [InlineData("100000000000000000000000000000000000134", 1)]
    public void A_part_in_a_checkpoint_that_no_sieve_splits_is_refused(string part, int exponent)
    {
        var number = BigInteger.Pow(BigInteger.Parse(part), exponent);
        using var kernel = Kernels.Factorize(number);
        Assert.Throws<InvalidDataException>(() => kernel.Restore(Forged(number, SieveState.For(number))));
    }

    [Fact]
    public void A_sieve_in_a_checkpoint_that_wants_more_relations_than_any_does_is_refused_when_it_is_taken_up()
    {
        var number = BigInteger.Parse("100000000000000000050700000000000000004563");
        foreach (var more in new[] { 1, 1_000_000_000 })
        {
            var state = SieveState.For(number);
            state.Wanted += more;
            using var kernel = Kernels.Factorize(number);
            kernel.Restore(Forged(number, state));
            Assert.Throws<InvalidDataException>(() => kernel.Step(SliceBudget.Unlimited));
        }
    }

    [Fact]
    public void A_window_of_a_search_for_the_next_prime_is_sieved_in_pieces()
    {
        using var kernel = Kernels.NextPrime(BigInteger.Pow(10, 40));
        for (var i = 0; i < 25; i++)
            Assert.False(kernel.Step(new CountedBudget(1)));
    }

    [Fact]
    public void A_checkpoint_written_while_another_is_taken_up_loses_nothing()
    {
        var random = new Random(5);
        var number = Cases.PrimeOfDigits(random, 24) * Cases.PrimeOfDigits(random, 24);
        using var sieving = Kernels.Factorize(number);
        while (sieving.Progress < 0.5)
            Assert.False(sieving.Step(new CountedBudget(20)));
        var checkpoint = Checkpoint(sieving);
        using var kernel = Kernels.Factorize(number);
        kernel.Restore(checkpoint);
        for (var steps = 0; steps < 5; steps++)
        {
            Assert.Equal(checkpoint, Checkpoint(kernel));
            Assert.False(kernel.Step(new CountedBudget(1)));
        }

        kernel.Step(SliceBudget.Unlimited);
        sieving.Step(SliceBudget.Unlimited);
        Assert.Equal(sieving.Result.Factors.AsEnumerable(), kernel.Result.Factors);
    }

    [Fact]
    public void A_step_always_makes_progress()
    {
        using var kernel = Kernels.Factorize(BigInteger.Parse("1000000000000000000117") * 1_000_003 * 999_999_000_001);
        var steps = 0;
        while (!kernel.Step(new CountedBudget(1)))
            Assert.InRange(++steps, 1, 100_000);
    }

    /// <summary>As if nothing of the number were known but the state of its sieve.</summary>
    private static byte[] Forged(BigInteger number, SieveState sieve)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var output = new CheckpointWriter(buffer, CheckpointKind.Factorization, number);
        output.Write(0);
        output.Write(0);
        output.Write(1);
        output.Write(number);
        output.Write(1);
        output.Write(0);
        output.Write(1);
        sieve.Write(output);
        output.End();
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] CheckpointOf(BigInteger number)
    {
        using var kernel = Kernels.Factorize(number);
        Assert.False(kernel.Step(new CountedBudget(150)));
        return Checkpoint(kernel);
    }

    private static byte[] Checkpoint(IKernel kernel)
    {
        var buffer = new ArrayBufferWriter<byte>();
        kernel.WriteCheckpoint(buffer);
        Assert.NotEqual(0, buffer.WrittenCount);
        return buffer.WrittenSpan.ToArray();
    }
}
