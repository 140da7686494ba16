using System.Collections.Immutable;
using Turnstile.Compute;

namespace Turnstile.Grains.Tests.Compute.Scheduling;

public sealed class StandingsTests
{
    [Fact]
    public void Parts_follow_the_weights_of_those_that_have_work_and_make_up_a_whole()
    {
        var machine = new Machine(2);
        machine.Submit(Machine.Caller("light"), 10, 20);
        machine.Submit(Machine.Caller("heavy"), 10, 20, weight: 3);
        machine.Submit(Machine.Caller("past"), 0.01);
        machine.Run(4_000);

        Dictionary<string, CallerStanding> standings = machine.Share.Standings(10, machine.Now)
            .ToDictionary(standing => standing.Caller.Name);

        Assert.Equal(0.25, standings["light"].Entitlement, 9);
        Assert.Equal(0.75, standings["heavy"].Entitlement, 9);
        Assert.Equal(0.25, standings["light"].Share, 0.03);
        Assert.Equal(0.75, standings["heavy"].Share, 0.03);
        Assert.Equal(0, standings.GetValueOrDefault("past")?.Entitlement ?? 0);
    }

    [Fact]
    public void Callers_of_an_account_divide_its_part()
    {
        var machine = new Machine(1);
        machine.Submit(new CallerKey("north", "a"), 1, 5);
        machine.Submit(new CallerKey("north", "b"), 1, 5);
        machine.Submit(new CallerKey("south", "c"), 1, 5);
        machine.Run(10);

        Assert.Equal(
            [("a", 0.25), ("b", 0.25), ("c", 0.5)],
            machine.Share.Standings(10, machine.Now)
                .Select(standing => (standing.Caller.Name, standing.Entitlement))
                .Order());
    }

    [Fact]
    public void Of_many_callers_those_with_most_are_told_of()
    {
        var machine = new Machine(4);
        for (int i = 0; i < 1_000; i++)
        {
            machine.Submit(Machine.Caller($"{i}"), 0.05, i == 700 ? 5_000 : 30, weight: i == 700 ? 50 : 1);
        }

        machine.Run(2_000);
        ImmutableArray<CallerStanding> top = machine.Share.Standings(5, machine.Now);

        Assert.Equal(5, top.Length);
        Assert.Equal("700", top[0].Caller.Name);
    }

    [Fact]
    public void The_oldest_that_has_not_begun_is_known()
    {
        var machine = new Machine(1);
        Assert.Null(machine.Share.OldestSubmittedAt);
        machine.Submit(Machine.Caller("one"), 1, 3);

        Assert.Equal(DateTimeOffset.UnixEpoch, machine.Share.OldestSubmittedAt);

        machine.Run(1_000);
        Assert.Null(machine.Share.OldestSubmittedAt);
    }
}
