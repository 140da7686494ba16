using Turnstile.Compute;
using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Tests.Compute.Scheduling;

/// <summary>What the scheduler promises whatever happens, tried with millions of random steps.</summary>
public sealed class FairShareLaws
{
    private static readonly double Quantum = Machine.Options.QuantumSeconds;
    private static readonly double Slice = Machine.Options.SliceSeconds;

    public static TheoryData<int, int> SeedsAndWorkers => new() { { 1, 1 }, { 2, 2 }, { 3, 4 }, { 4, 16 } };

    [Theory]
    [MemberData(nameof(SeedsAndWorkers))]
    public void An_idle_callers_first_slice_is_the_next_that_is_granted(int seed, int workers)
    {
        var random = new Random(seed);
        var machine = new Machine(workers);
        CallerKey[] backlogged = [.. Enumerable.Range(0, 20).Select(i => Machine.Caller($"backlogged {i}"))];
        for (int i = 0; i < 30_000; i++)
        {
            foreach (CallerKey caller in backlogged.Where(caller => machine.Share.ReadyOf(caller) <= workers + 8))
            {
                machine.Submit(caller, Cost(random), workers + 10);
            }

            machine.Run(1 + random.Next(4));
            machine.Fill();
            if (i < 2_000)
            {
                // So long all of them are newcomers.
                continue;
            }

            int granted = machine.Grants.Count;
            CallerKey newcomer = Machine.Caller($"newcomer {i}");
            machine.Submit(newcomer, Cost(random));
            Assert.True(machine.Step());
            machine.Fill();
            Assert.Equal(newcomer, machine.Grants[granted].Caller);
        }
    }

    [Theory]
    [MemberData(nameof(SeedsAndWorkers))]
    public void Two_callers_that_always_wait_never_differ_by_more_than_two_quanta_and_a_slice_for_each_worker(int seed, int workers)
    {
        var random = new Random(seed);
        var machine = new Machine(workers);
        (CallerKey Key, double Weight)[] callers =
            [(Machine.Caller("a"), 1), (Machine.Caller("b"), 1), (Machine.Caller("half"), 0.5), (Machine.Caller("four"), 4)];
        for (int step = 0; step < 200_000; step++)
        {
            foreach ((CallerKey key, double weight) in callers)
            {
                while (machine.Share.ReadyOf(key) <= workers)
                {
                    machine.Submit(key, Cost(random), random.Next(1, 4), weight: weight);
                }
            }

            if (random.Next(3) == 0)
            {
                machine.Submit(Machine.Caller($"other {random.Next(50)}"), Cost(random), random.Next(1, 20));
            }

            machine.Step();
            foreach ((CallerKey one, double oneWeight) in callers)
            {
                foreach ((CallerKey two, double twoWeight) in callers)
                {
                    double ahead = (machine.Served(one) / oneWeight) - (machine.Served(two) / twoWeight);
                    Assert.InRange(ahead, double.NegativeInfinity, (2 * Quantum) + (workers * Slice / Math.Min(oneWeight, twoWeight)));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(SeedsAndWorkers))]
    public void Nobody_starves_whoever_comes_and_goes(int seed, int workers)
    {
        var random = new Random(seed);
        CallerKey old = Machine.Caller("old");
        var machine = new Machine(workers)
        {
            Fails = grant => grant.Caller == old && random.Next(50) == 0 ? SliceOutcome.WorkerFailed : SliceOutcome.Ended,
        };
        double servedAt = 0;
        double served = 0;
        for (int step = 0; step < 300_000; step++)
        {
            if (machine.Share.ReadyOf(old) <= workers)
            {
                machine.Submit(old, 0.01, 10);
            }

            // More comes in than can be done, of newcomers who are served first.
            machine.Submit(Machine.Caller($"newcomer {step}"), 0.02);
            machine.Step();
            machine.Sleep(0);
            if (machine.Served(old) > served)
            {
                (served, servedAt) = (machine.Served(old), machine.Now);
            }

            Assert.InRange(machine.Now - servedAt, 0, 1);
        }
    }

    [Theory]
    [MemberData(nameof(SeedsAndWorkers))]
    public void Idling_earns_no_credit(int seed, int workers)
    {
        var random = new Random(seed);
        var machine = new Machine(workers);
        CallerKey idler = Machine.Caller("idler");
        CallerKey worker = Machine.Caller("worker");
        for (int round = 0; round < 200; round++)
        {
            machine.Submit(worker, Cost(random), 2_000);
            machine.Run(random.Next(1_000));
            (double idlerBefore, double workerBefore) = (machine.Served(idler), machine.Served(worker));
            machine.Submit(idler, Cost(random), 200);
            while (machine.Share.ReadyOf(idler) > workers && machine.Share.ReadyOf(worker) > workers)
            {
                machine.Step();
                double ahead = machine.Served(idler) - idlerBefore - (machine.Served(worker) - workerBefore);
                Assert.InRange(ahead, double.NegativeInfinity, (4 * Quantum) + (2 * workers * Slice));
            }

            while (machine.Step())
            {
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Splitting_an_account_into_a_hundred_callers_gains_nothing(int workers)
    {
        var random = new Random(workers);
        var machine = new Machine(workers);
        var honest = new CallerKey("honest", "one");
        CallerKey[] sybils = [.. Enumerable.Range(0, 100).Select(i => new CallerKey("sybil", $"{i}"))];
        for (int step = 0; step < 300_000; step++)
        {
            if (machine.Share.ReadyOf(honest) <= workers)
            {
                machine.Submit(honest, Cost(random), 10);
            }

            CallerKey sybil = sybils[step % sybils.Length];
            if (machine.Share.ReadyOf(sybil) <= workers)
            {
                machine.Submit(sybil, Cost(random), 10);
            }

            machine.Step();
        }

        double gained = sybils.Sum(machine.Served) / machine.Served(honest);
        Assert.InRange(gained, 0.99, 1.01);
    }

    [Theory]
    [MemberData(nameof(SeedsAndWorkers))]
    public void Nothing_waits_while_a_worker_idles(int seed, int workers)
    {
        var random = new Random(seed);
        var machine = new Machine(workers) { Fails = _ => random.Next(20) == 0 ? SliceOutcome.NotStored : SliceOutcome.Ended };
        for (int step = 0; step < 300_000; step++)
        {
            CallerKey caller = Machine.Caller($"caller {random.Next(10)}");
            if (random.Next(3) == 0)
            {
                machine.Submit(caller, Cost(random), random.Next(1, 4), random.Next(10));
            }

            if (random.Next(10) == 0)
            {
                machine.Share.Withdraw(random.Next(step + 1));
            }

            if (random.Next(20) == 0)
            {
                machine.Share.Configure(caller, random.Next(1, 10), int.MaxValue);
            }

            machine.Step();
            machine.Sleep(random.Next(100) == 0 ? 1 : 0);
            machine.Fill();
            Assert.True(machine.Idle == 0 || machine.Share.Ready == 0, $"{machine.Share.Ready} jobs wait for {machine.Idle} workers");
            Assert.Equal(workers - machine.Idle, machine.Share.InFlight);
        }
    }

    [Fact]
    public void A_million_callers_that_come_once_leave_nothing_behind()
    {
        var random = new Random(1);
        var machine = new Machine(2);
        CallerKey busy = Machine.Caller("busy");
        int most = 0;
        for (int i = 0; i < 1_000_000; i++)
        {
            if (i % 4 == 0)
            {
                machine.Submit(busy, 0.01);
            }

            machine.Submit(Machine.Caller($"once {i}"), Cost(random));
            while (machine.Share.Ready > 10)
            {
                machine.Step();
            }

            most = Math.Max(most, machine.Share.Callers);
        }

        while (machine.Step())
        {
        }

        machine.Submit(busy, 0.01);
        machine.Run(100);
        Assert.InRange(most, 1, Machine.Options.RestingMax + 1_000);
        machine.Sleep(10_000);
        Assert.Equal(0, machine.Share.Callers);
    }

    private static double Cost(Random random) => random.Next(4) switch
    {
        0 => 0.0001,
        1 => 0.005 * random.NextDouble(),
        2 => 0.05 * random.NextDouble(),
        _ => 0.3 * random.NextDouble(),
    };
}
