using Microsoft.Extensions.Logging;

namespace Turnstile.Grains.Events;

/// <summary>
/// Tells which players are not in the players table: the first at once, the others some seconds later and together. There may be one in
/// each event. Used by all partitions.
/// </summary>
internal sealed class MissingPlayers(TimeProvider time, ILogger logger)
{
    // A line that names every missing player would be longer than anybody reads.
    private const int NamedMax = 20;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly SortedSet<long> _named = [];
    private long _lookups;
    private bool _more;
    private long? _toldAt;

    /// <summary>Players that were looked up for a step and not found.</summary>
    public void Add(IEnumerable<long> players)
    {
        lock (_gate)
        {
            foreach (long player in players)
            {
                _lookups++;
                _more |= _named.Count == NamedMax && !_named.Contains(player);
                if (_named.Count < NamedMax)
                {
                    _named.Add(player);
                }
            }

            if (_lookups > 0 && (_toldAt is not { } at || time.GetElapsedTime(at) >= Period))
            {
                Tell();
            }
        }
    }

    private void Tell()
    {
        logger.LogWarning(
            "{Count} times a player was not in the players table: {Players}{More}",
            _lookups,
            string.Join(", ", _named),
            _more ? ", …" : "");
        _toldAt = time.GetTimestamp();
        _named.Clear();
        _lookups = 0;
        _more = false;
    }
}
