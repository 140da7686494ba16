using Turnstile.Compute;
using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Tests.Compute.Scheduling;

public sealed class CostModelTests
{
    private const double Slice = 0.05;

    private readonly CostModel _costs = new(Slice);

    [Fact]
    public void A_size_never_seen_is_expected_to_take_a_slice() => Assert.Equal(Slice, _costs.Expected(Job(20), started: false));

    [Fact]
    public void A_begun_job_is_expected_to_take_a_slice()
    {
        Learn(20, 0.001);
        Assert.Equal(Slice, _costs.Expected(Job(20), started: true));
    }

    [Fact]
    public void What_was_seen_is_expected_again_of_that_operation_and_size_alone()
    {
        Learn(20, 0.001);
        Assert.InRange(_costs.Expected(Job(20), false), 0.001, 0.0011);
        Assert.Equal(Slice, _costs.Expected(Job(21), false));
        Assert.Equal(Slice, _costs.Expected(Job(20, JobOperation.NextPrime), false));
    }

    [Fact]
    public void Never_more_than_a_slice_is_expected()
    {
        Learn(20, 5);
        Assert.Equal(Slice, _costs.Expected(Job(20), false));
    }

    [Fact]
    public void Every_operation_and_size_has_a_place()
    {
        foreach (JobOperation operation in Enum.GetValues<JobOperation>())
        {
            for (int digits = 1; digits <= 1_000_000; digits += 1 + (digits / 50))
            {
                Assert.Equal(Slice, _costs.Expected(Job(digits, operation), false));
            }
        }
    }

    private static QueuedJob Job(int digits, JobOperation operation = JobOperation.Factorize) => new()
    {
        Id = 1, CallerId = 1, Operation = operation, Digits = digits, Priority = 0, SubmittedAt = DateTimeOffset.UnixEpoch,
    };

    private void Learn(int digits, double seconds)
    {
        for (int i = 0; i < 100; i++)
        {
            _costs.Observe(Job(digits), seconds);
        }
    }
}
