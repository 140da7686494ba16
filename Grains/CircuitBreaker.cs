namespace Turnstile.Grains;

/// <summary>
/// Leaves a host alone for a while after a row of failures, then lets one call through to see (M. Nygard, Release It!, 2007).
/// Belongs to one grain, or to whoever holds the lock of what it is in.
/// </summary>
internal sealed class CircuitBreaker(int breakAfter, TimeSpan breakTime)
{
    private int _failures;
    private bool _probing;
    private DateTimeOffset _brokenUntil;

    /// <summary>Whether nothing about the host is worth remembering.</summary>
    public bool IsFresh => _failures == 0;

    /// <summary>Whether the host may be called now. Each that may is followed by <see cref="End"/> or <see cref="Leave"/>.</summary>
    public bool TryBegin(DateTimeOffset now)
    {
        if (_failures < breakAfter)
            return true;

        // A clock that was set back since then must not leave the host alone for longer.
        if (_probing || (now < _brokenUntil && now >= _brokenUntil - breakTime))
            return false;
        _probing = true;
        return true;
    }

    /// <summary>The host was not called after all: nothing is known of it.</summary>
    public void Leave() => _probing = false;

    public void End(bool reached, DateTimeOffset now)
    {
        _probing = false;
        _failures = reached ? 0 : Math.Min(_failures + 1, breakAfter);
        if (_failures == breakAfter)
            _brokenUntil = now + breakTime;
    }
}
