namespace Turnstile.Grains.Compute.Scheduling;

/// <summary>
/// CPU seconds used (or jobs ended) lately: what was counts half after ten seconds, a quarter after twenty.
/// </summary>
internal sealed class ServiceMeter
{
    private const double HalfLifeSeconds = 10;

    private double _seconds;
    private double _asOf;

    /// <param name="seconds">CPU seconds just used, or jobs just ended.</param>
    /// <param name="now">A monotonic time in seconds.</param>
    public void Add(double seconds, double now)
    {
        _seconds = Read(now) + seconds;
        _asOf = now;
    }

    /// <summary>The rate that would keep <see cref="Read"/> where it is.</summary>
    public double PerSecond(double now) => Read(now) * Math.Log(2) / HalfLifeSeconds;

    public double Read(double now) => _seconds * Math.Pow(2, (_asOf - now) / HalfLifeSeconds);
}
