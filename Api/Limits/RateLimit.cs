using System.Collections.Concurrent;

namespace Turnstile.Api.Limits;

/// <summary>
/// Who may ask how often: the generic cell rate algorithm (ITU-T recommendation I.371, 1993). Of everybody it keeps one time, the
/// one at which its next request would be in step with its rate; a request may be early by as much as the burst takes.
/// </summary>
/// <remarks>
/// Somebody whose time has passed is like somebody who never came, and can be forgotten. Used by any thread; it has no clock.
/// </remarks>
internal sealed class RateLimit
{
    // Whoever comes when too many are known already; no caller and no account has this name.
    private const string Others = "";

    // Between two looks at everybody for those who have paused: a look takes as long as thousands of requests.
    private const double LookPeriodSeconds = 1;

    private readonly ConcurrentDictionary<string, Due> _due = new(StringComparer.Ordinal);
    private readonly double _interval;
    private readonly double _tolerance;
    private readonly int _trackedMax;
    private readonly Lock _looking = new();
    private double _lookAt = double.NegativeInfinity;

    /// <param name="perSecond">Requests a second; above 0.</param>
    /// <param name="burst">Requests that may come at once; 0 for a second's worth, at least one.</param>
    /// <param name="trackedMax">Whose pace is remembered one by one.</param>
    public RateLimit(double perSecond, int burst, int trackedMax)
    {
        Burst = burst > 0 ? burst : Math.Max(1, (int)Math.Floor(perSecond));
        _interval = 1 / perSecond;
        _tolerance = Burst * _interval;
        _trackedMax = trackedMax;
    }

    /// <summary>Requests that may come at once.</summary>
    public int Burst { get; }

    /// <summary>Seconds in which so many come back.</summary>
    public double WindowSeconds => _tolerance;

    /// <param name="who">Who asks.</param>
    /// <param name="now">A monotonic time in seconds.</param>
    public RateDecision Take(string who, double now)
    {
        Due due = _due.TryGetValue(who, out Due? known) ? known : Track(who, now);
        lock (due)
        {
            double next = Math.Max(due.At, now) + _interval;
            double early = next - now - _tolerance;

            // A sum of many intervals may come out a little above what it stands for.
            if (early > _interval * 1e-6)
            {
                return new RateDecision(false, Burst, 0, due.At - now, early);
            }

            due.At = next;
            return new RateDecision(true, Burst, (int)Math.Max(0, Math.Floor((-early / _interval) + 1e-6)), next - now, 0);
        }
    }

    private Due Track(string who, double now)
    {
        if (_due.Count >= _trackedMax)
        {
            ForgetPaused(now);
        }

        return _due.GetOrAdd(_due.Count >= _trackedMax ? Others : who, _ => new Due());
    }

    private void ForgetPaused(double now)
    {
        lock (_looking)
        {
            if (now < _lookAt)
            {
                return;
            }

            _lookAt = now + LookPeriodSeconds;
            foreach ((string name, Due due) in _due)
            {
                if (due.At <= now)
                {
                    _due.TryRemove(name, out _);
                }
            }
        }
    }

    /// <summary>When the next request would be in step; guarded by itself.</summary>
    private sealed class Due
    {
        public double At { get; set; }
    }
}

/// <summary>Whether a request may pass, and what may follow.</summary>
/// <param name="Allowed">It may.</param>
/// <param name="Limit">Requests that may come at once.</param>
/// <param name="Remaining">So many more may come now.</param>
/// <param name="ResetSeconds">Until all of them may again.</param>
/// <param name="RetrySeconds">Until the next one may; 0 where one may now.</param>
internal readonly record struct RateDecision(bool Allowed, int Limit, int Remaining, double ResetSeconds, double RetrySeconds);
