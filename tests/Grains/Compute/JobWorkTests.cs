using System.Buffers.Binary;
using Turnstile.Compute;
using Turnstile.Grains.Compute;
using Turnstile.Numerics;

namespace Turnstile.Grains.Tests.Compute;

public sealed class JobWorkTests
{
    private static readonly FactorizeResult Answer = (FactorizeResult)Ended(new JobWork(JobOperation.Factorize, Numbers.Seconds, default));

    [Fact]
    public void Work_goes_on_from_its_checkpoint()
    {
        using var work = new JobWork(JobOperation.Factorize, Numbers.Seconds, HalfDone());
        work.Step(new CountedBudget(400));
        Assert.True(work.Progress > 0.4, $"It is at {work.Progress}.");
        Assert.Null(work.RestoreFailure);
        Assert.Equal(Answer.Factors.AsEnumerable(), ((FactorizeResult)Ended(work)).Factors);
    }

    [Fact]
    public void A_checkpoint_that_turns_out_to_be_of_another_version_while_it_is_taken_up_costs_time_and_nothing_else()
    {
        byte[] checkpoint = HalfDone();

        // The last relation's last prime goes on behind the end, and the checksum says that it should.
        Span<byte> content = checkpoint.AsSpan(..^sizeof(uint));
        content[^1] |= 0x80;
        BinaryPrimitives.WriteUInt32LittleEndian(checkpoint.AsSpan(^sizeof(uint)..), Checksum.Of(content));

        using var work = new JobWork(JobOperation.Factorize, Numbers.Seconds, checkpoint);
        Assert.Equal(Answer.Factors.AsEnumerable(), ((FactorizeResult)Ended(work)).Factors);
        Assert.IsType<InvalidDataException>(work.RestoreFailure);
    }

    private static byte[] HalfDone()
    {
        using var work = new JobWork(JobOperation.Factorize, Numbers.Seconds, default) { CheckpointWanted = true };
        while (work.Progress < 0.5)
            Assert.False(work.Step(new CountedBudget(100)));
        return work.Checkpoint.ToArray();
    }

    private static JobResult Ended(JobWork work)
    {
        while (!work.Step(SliceBudget.Unlimited))
        {
        }

        return work.Result!;
    }
}
