using System.Collections.Immutable;
using Turnstile.Compute;
using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Tests.Compute.Scheduling;

public sealed class FairShareTests
{
    private static readonly CallerKey One = Machine.Caller("one");
    private static readonly CallerKey Two = Machine.Caller("two");

    [Fact]
    public void Jobs_of_a_caller_run_by_priority_and_then_by_age()
    {
        var machine = new Machine(1);
        machine.Submit(One, 0.001, 2, priority: 3);
        machine.Submit(One, 0.001, 2, priority: 9);
        machine.Submit(One, 0.001, 1, priority: 0);
        machine.Submit(One, 0.001, 1, priority: 3);
        machine.Run(10);
        Assert.Equal([3, 4, 1, 2, 6, 5], machine.Grants.Select(grant => grant.Job.Id));
    }

    [Fact]
    public void A_job_that_was_begun_is_finished_before_another_of_its_priority_begins()
    {
        var machine = new Machine(1);
        machine.Submit(One, 0.15, 2);
        machine.Run(10);
        Assert.Equal([1, 1, 1, 2, 2, 2], machine.Grants.Select(grant => grant.Job.Id));
    }

    [Fact]
    public void A_job_of_higher_priority_overtakes_one_that_was_begun()
    {
        var machine = new Machine(1);
        machine.Submit(One, 0.1);
        machine.Step();
        machine.Submit(One, 0.05, priority: 1);
        machine.Run(10);
        Assert.Equal([1, 2, 1], machine.Grants.Select(grant => grant.Job.Id));
    }

    [Fact]
    public void No_more_jobs_of_a_caller_are_begun_than_it_may_have_running()
    {
        var machine = new Machine(4);
        machine.Submit(One, 0.2, 10, runningMax: 2);
        while (machine.Step())
        {
            Assert.InRange(machine.Running, 0, 2);
            Assert.InRange(machine.Share.View(One, machine.Now).Running, 0, 2);
        }

        Assert.Equal(2.0, machine.Served(One), 1e-9);
    }

    [Fact]
    public void A_begun_job_goes_on_also_when_one_of_higher_priority_may_not_begin()
    {
        var machine = new Machine(1);
        machine.Submit(One, 0.1, runningMax: 1);
        machine.Step();
        machine.Submit(One, 0.05, priority: 9, runningMax: 1);
        machine.Run(10);
        Assert.Equal([1, 1, 2], machine.Grants.Select(grant => grant.Job.Id));
    }

    [Fact]
    public void A_new_weight_acts_on_what_waits_already()
    {
        var machine = new Machine(2);
        machine.Submit(One, 0.01, 100_000);
        machine.Submit(Two, 0.01, 100_000);
        machine.Run(10_000);
        (double one, double two) = (machine.Served(One), machine.Served(Two));
        Assert.InRange(one / two, 0.99, 1.01);
        machine.Share.Configure(Two, 4, int.MaxValue);
        machine.Run(10_000);
        Assert.InRange((machine.Served(Two) - two) / (machine.Served(One) - one), 3.9, 4.1);
    }

    [Fact]
    public void A_job_offered_twice_runs_once()
    {
        var machine = new Machine(1);
        machine.Submit(One, 0.1, 2);
        machine.Step();
        machine.Fill();
        ImmutableArray<QueuedJob> again = [.. machine.Grants.Select(grant => grant.Job).Distinct()];
        machine.Offer(One, again);
        machine.Run(10);
        Assert.Equal(0.2, machine.Served(One), 1e-9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_withdrawn_job_gets_no_further_slice(bool begun)
    {
        var machine = new Machine(1);
        machine.Submit(One, 0.2, 3);
        machine.Run(begun ? 1 : 0);
        machine.Share.Withdraw(1);
        int granted = machine.Grants.Count;
        machine.Run(20);
        Assert.DoesNotContain(machine.Grants.Skip(granted), grant => grant.Job.Id == 1);
        Assert.Equal(begun ? 0.45 : 0.4, machine.Served(One), 1e-9);
        Assert.Equal(0, machine.Share.View(One, machine.Now).Running);
    }

    [Fact]
    public void A_job_whose_worker_failed_waits_twice_as_long_each_time()
    {
        var machine = new Machine(1) { Fails = _ => SliceOutcome.WorkerFailed };
        machine.Submit(One, 0.01);
        double[] waits = new double[5];
        for (int i = 0; i < waits.Length; i++)
        {
            Assert.True(machine.Step());
            while (machine.Share.Ready == 0)
            {
                machine.Sleep(0.5);
                waits[i] += 0.5;
            }
        }

        Assert.Equal([1, 2, 4, 8, 16], waits);
    }

    [Theory]
    [InlineData(SliceOutcome.Shares)]
    [InlineData(SliceOutcome.NotStored)]
    public void However_many_jobs_a_caller_has_only_so_many_are_set_aside_and_all_have_their_turn(SliceOutcome outcome)
    {
        const int Jobs = 3_000;
        var machine = new Machine(1) { Fails = _ => outcome };
        machine.Submit(One, 1e-6, Jobs);
        machine.Run(Jobs);
        Assert.Equal(1_000, machine.Grants.Count);
        Assert.Equal(WaitReason.Retry, machine.Share.View(One, machine.Now).Reason);
        for (int i = 0; i < 10; i++)
        {
            machine.Sleep(100);
            machine.Run(Jobs);
        }

        Assert.Equal(Jobs, machine.Grants.DistinctBy(grant => grant.Job.Id).Count());
        machine.Fails = null;
        for (int i = 0; i < 10; i++)
        {
            machine.Sleep(100);
            machine.Run(Jobs);
        }

        Assert.Equal((0L, 0), (machine.Share.Ready, machine.Share.View(One, machine.Now).Running));
        Assert.Equal(WaitReason.None, machine.Share.View(One, machine.Now).Reason);
    }

    [Fact]
    public void A_job_that_is_set_aside_can_be_withdrawn()
    {
        var machine = new Machine(1) { Fails = _ => SliceOutcome.WorkerFailed };
        machine.Submit(One, 0.01);
        machine.Step();
        machine.Share.Withdraw(1);
        machine.Sleep(100);
        Assert.False(machine.Step());
        machine.Sleep(1);
        Assert.Equal(0, machine.Share.Callers);
    }

    [Fact]
    public void A_slice_that_may_cost_too_much_is_not_granted_ahead()
    {
        var machine = new Machine(1);
        machine.Submit(One, 0.0001, 400);
        machine.Run(300);
        Assert.True(machine.Share.TryTake(0.001, out SliceGrant? small));
        Assert.InRange(small.ExpectedCpuSeconds, 0.00009, 0.001);
        machine.Submit(Two, 10);
        Assert.False(new Machine(1).Share.TryTake(0.001, out _));
        var fresh = new Machine(1);
        fresh.Submit(Two, 10);
        Assert.False(fresh.Share.TryTake(0.049, out _));
        Assert.True(fresh.Share.TryTake(0.051, out _));
    }

    [Fact]
    public void A_caller_that_runs_low_is_asked_once_until_it_answers()
    {
        var share = new FairShare(Machine.Options);
        CallerOffer offer = new() { Caller = One, Weight = 1, RunningMax = 10, Jobs = [], More = true };
        share.Offer(offer);
        Assert.True(share.TryTakeHungry(out CallerQueue? hungry));
        Assert.Equal(One, hungry.Key);
        share.Offer(offer);
        Assert.False(share.TryTakeHungry(out _));
        share.AskAgain(One);
        Assert.True(share.TryTakeHungry(out _));
        share.Answer(offer with { More = false });
        Assert.False(share.TryTakeHungry(out _));
        Assert.Equal(0, share.Callers);
    }

    [Fact]
    public void A_caller_that_may_have_more_than_it_said_is_asked()
    {
        var share = new FairShare(Machine.Options);
        CallerOffer offer = new() { Caller = One, Weight = 1, RunningMax = 10, Jobs = [], More = false };
        share.Offer(offer);
        Assert.False(share.TryTakeHungry(out _));
        share.Expect(One);
        Assert.True(share.TryTakeHungry(out CallerQueue? hungry));
        Assert.Equal(One, hungry.Key);
        share.Answer(offer);
        Assert.False(share.TryTakeHungry(out _));
    }

    [Fact]
    public void Without_accounts_a_caller_weighs_among_all_and_with_one_among_its_own()
    {
        var machine = new Machine(2);
        CallerKey heavy = new("", "heavy");
        CallerKey inside = new("account", "inside");
        CallerKey beside = new("account", "beside");
        machine.Submit(heavy, 0.01, 100_000, weight: 2);
        machine.Submit(inside, 0.01, 100_000, weight: 9);
        machine.Submit(beside, 0.01, 100_000);
        machine.Run(30_000);
        double account = machine.Served(inside) + machine.Served(beside);
        Assert.InRange(machine.Served(heavy) / account, 1.98, 2.02);
        Assert.InRange(machine.Served(inside) / machine.Served(beside), 8.8, 9.2);
    }

    [Fact]
    public void A_view_tells_the_part_and_what_is_waited_for()
    {
        var machine = new Machine(1);
        machine.Submit(One, 0.2, 5, weight: 3, runningMax: 1);
        machine.Submit(Two, 0.2, 5);
        machine.Run(1);
        Assert.Equal(0.75, new[] { One, Two }.Max(key => machine.Share.View(key, machine.Now).Entitlement), 1e-9);

        var single = new Machine(2);
        single.Submit(One, 0.2, 5, runningMax: 1);
        single.Fill();
        Assert.Equal(WaitReason.RunningMax, single.Share.View(One, 0).Reason);
        single.Submit(Two, 0.2, 2);
        single.Fill();
        Assert.Equal(WaitReason.Turn, single.Share.View(Two, 0).Reason);
        Assert.Equal(WaitReason.None, single.Share.View(Machine.Caller("nobody"), 0).Reason);
    }

    [Fact]
    public void Served_in_order_of_arrival_an_old_caller_keeps_a_new_one_waiting()
    {
        var machine = new Machine(1, Machine.Options with { FirstComeFirstServed = true });
        machine.Submit(One, 0.12, 3);
        machine.Submit(Two, 0.01);
        machine.Run(20);
        Assert.Equal([1, 1, 1, 2, 2, 2, 3, 3, 3, 4], machine.Grants.Select(grant => grant.Job.Id));
    }
}
