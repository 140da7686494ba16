using Turnstile.Compute;
using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Tests.Compute.Scheduling;

public sealed class CallerQueueTests
{
    private readonly CallerQueue _queue = new(Machine.Caller("one"), new AccountShare("one", quantumSeconds: 0.01));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Jobs_that_are_withdrawn_behind_one_that_stays_do_not_pile_up(bool started)
    {
        ScheduledJob first = Add(1, started);
        for (int id = 2; id <= 10_000; id++)
        {
            _queue.Withdraw(Add(id, started));
        }

        Assert.Equal(1, _queue.Ready);
        Assert.InRange(_queue.Held, 1, 128);
        Assert.Same(first, _queue.NextJob());
    }

    private ScheduledJob Add(long id, bool started)
    {
        var job = new ScheduledJob(BacklogTests.Job(id), _queue) { Started = started };
        _queue.Add(job);
        return job;
    }
}
