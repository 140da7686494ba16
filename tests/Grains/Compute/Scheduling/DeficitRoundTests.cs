using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Tests.Compute.Scheduling;

public sealed class DeficitRoundTests
{
    private const double Quantum = 0.010;
    private const double Slice = 0.050;

    private readonly DeficitRound<RoundParty> _round = new(Quantum);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void However_it_comes_and_goes_nobody_gets_ahead_of_one_that_waits_all_the_time(int seed)
    {
        const int Parties = 8;
        var random = new Random(seed);
        RoundParty[] parties = [.. Enumerable.Range(0, Parties).Select(_ => new RoundParty())];
        var least = new double[Parties, Parties];
        for (int step = 0; step < 400_000; step++)
        {
            RoundParty one = parties[random.Next(Parties)];
            switch (random.Next(4))
            {
                case 0 when !one.Active:
                    _round.Join(one);
                    break;
                case 0 when random.Next(4) == 0:
                    _round.Leave(one);
                    break;
                default:
                    Serve(random.NextDouble() * Slice);
                    break;
            }

            for (int waiting = 0; waiting < Parties; waiting++)
            {
                for (int other = 0; other < Parties; other++)
                {
                    double ahead = parties[other].Part - parties[waiting].Part;
                    least[other, waiting] = parties[waiting].Active ? Math.Min(least[other, waiting], ahead) : ahead;

                    // At the beginning and at the end of the time looked at, one may be a slice and the other a
                    // quantum off.
                    Assert.InRange(ahead - least[other, waiting], 0, (4 * Quantum) + (2 * Slice));
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Parties_that_wait_all_the_time_are_served_by_their_weights(int seed)
    {
        var random = new Random(seed);
        double[] weights = [0.1, 0.5, 1, 1, 2, 10];
        RoundParty[] parties = [.. weights.Select(weight => Weighing(weight))];
        Array.ForEach(parties, _round.Join);
        for (int step = 0; step < 500_000; step++)
        {
            RoundParty served = Serve(random.NextDouble() * Slice)!;
            foreach (RoundParty other in parties)
            {
                double bound = (2 * Quantum) + (Slice / Math.Min(served.Weight, other.Weight));
                Assert.InRange(served.Part - other.Part, double.NegativeInfinity, bound);
            }
        }
    }

    [Fact]
    public void Who_begins_to_wait_is_served_before_those_that_have_been_waiting()
    {
        RoundParty old = Join();
        Serve(Quantum);
        RoundParty one = Join();
        RoundParty two = Join();
        Assert.Same(one, Serve(Quantum));
        Assert.Same(two, Serve(Quantum));
        Assert.Same(old, Serve(Quantum));
    }

    [Fact]
    public void Leaving_the_line_and_coming_back_does_not_jump_it()
    {
        RoundParty first = Join();
        RoundParty second = Join();
        RoundParty jumper = Join();
        Serve(Quantum);
        Serve(Quantum);
        Serve(Quantum);
        Assert.Same(first, Serve(Quantum));
        Assert.Same(second, _round.Peek());
        _round.Leave(jumper);
        _round.Join(jumper);
        Assert.Same(second, Serve(Quantum));
        Assert.NotSame(jumper, _round.Peek());
    }

    [Fact]
    public void What_is_left_of_a_quantum_is_good_for_its_round_only()
    {
        RoundParty saver = Join();
        Serve(Quantum / 2);
        _round.Leave(saver);
        RoundParty worker = Join();
        for (int i = 0; i < 1_000; i++)
        {
            Serve(Quantum);
        }

        _round.Join(saver);
        (double saverBefore, double workerBefore) = (saver.Served, worker.Served);
        for (int i = 0; i < 1_000; i++)
        {
            Serve(Quantum);
            Assert.InRange(saver.Served - saverBefore - (worker.Served - workerBefore), -2 * Quantum, 2.001 * Quantum);
        }
    }

    [Fact]
    public void A_debt_is_paid_by_the_rounds_that_are_sat_out()
    {
        RoundParty debtor = Join();
        Serve(5 * Quantum);
        _round.Leave(debtor);
        RoundParty worker = Join();
        Serve(Quantum);
        _round.Join(debtor);
        Assert.Same(worker, Serve(Quantum));
        _round.Leave(debtor);
        for (int i = 0; i < 6; i++)
        {
            Serve(Quantum);
        }

        _round.Join(debtor);
        Assert.Same(debtor, _round.Peek());
    }

    [Fact]
    public void When_nobody_waits_debts_are_void()
    {
        RoundParty debtor = Join();
        Serve(1_000 * Quantum);
        _round.Leave(debtor);
        _round.Forgive();
        RoundParty other = Join();
        Serve(2 * Quantum);
        _round.Join(debtor);
        Assert.Same(debtor, _round.Peek());
        Assert.True(other.Active);
    }

    [Fact]
    public void Newcomers_without_end_do_not_starve_those_that_wait()
    {
        RoundParty old = Join();
        Serve(2 * Quantum);
        double newcomers = 0;
        for (int i = 0; i < 100_000; i++)
        {
            Join();
            RoundParty served = Serve(Quantum)!;
            if (served != old)
            {
                newcomers += Quantum;
                _round.Leave(served);
            }
        }

        Assert.InRange(old.Served, newcomers / 100, double.PositiveInfinity);
    }

    [Fact]
    public void A_cost_of_centuries_is_caught_up_with_in_a_few_steps()
    {
        RoundParty[] parties = [Join(), Join(), Join()];
        foreach (RoundParty _ in parties)
        {
            Serve(1e10);
        }

        RoundParty next = _round.Peek()!;
        Assert.Same(parties[0], next);
        Assert.InRange(next.Deficit, 0, Quantum);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_party_that_may_be_forgotten_is_as_good_as_new(int seed)
    {
        var random = new Random(seed);
        RoundParty worker = Join();
        RoundParty party = Weighing(3);
        for (int step = 0; step < 100_000; step++)
        {
            _round.Join(party);
            Serve(random.NextDouble() * Slice);
            _round.Leave(party);
            while (!_round.IsSettled(party))
            {
                Assert.Same(worker, Serve(random.NextDouble() * Slice));
            }

            _round.Join(party);
            Assert.Equal(3 * Quantum, party.Deficit, 1e-12);
            _round.Leave(party);
        }
    }

    private RoundParty Weighing(double weight)
    {
        var party = new RoundParty();
        _round.SetWeight(party, weight);
        return party;
    }

    private RoundParty Join()
    {
        var party = new RoundParty();
        _round.Join(party);
        return party;
    }

    private RoundParty? Serve(double seconds)
    {
        if (_round.Peek() is not { } party)
        {
            return null;
        }

        _round.Charge(party, seconds);
        party.Served += seconds;
        return party;
    }
}
