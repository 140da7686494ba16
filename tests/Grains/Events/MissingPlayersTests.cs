using Turnstile.Grains.Events;
using Turnstile.Grains.Tests.Compute;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Events;

public sealed class MissingPlayersTests
{
    private readonly ManualTime _time = new();
    private readonly MessageLog _log = new();
    private readonly MissingPlayers _missing;

    public MissingPlayersTests() => _missing = new MissingPlayers(_time, _log);

    [Fact]
    public void The_first_are_told_at_once_and_those_after_them_together()
    {
        _missing.Add([3, 1]);
        Assert.Equal(1, _log.Count("2 times a player was not in the players table: 1, 3"));
        for (int i = 0; i < 9; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _missing.Add([1, 5]);
        }

        Assert.Equal(1, _log.Count("players table"));
        _time.Advance(TimeSpan.FromSeconds(1));
        _missing.Add([2]);
        Assert.Equal(1, _log.Count("19 times a player was not in the players table: 1, 2, 5"));
        Assert.Equal(2, _log.Count("players table"));
    }

    [Fact]
    public void So_many_are_named_as_somebody_reads()
    {
        _missing.Add(Enumerable.Range(1, 20).Select(player => (long)player));
        Assert.Equal(0, _log.Count("…"));
        _time.Advance(TimeSpan.FromMinutes(1));
        _missing.Add(Enumerable.Range(1, 21).Select(player => (long)player));
        Assert.Equal(1, _log.Count("18, 19, 20, …"));
    }
}
