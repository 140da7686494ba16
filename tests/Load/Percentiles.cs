namespace Turnstile.Load;

/// <summary>Times of many requests, taken by many tasks at once.</summary>
internal sealed class Percentiles
{
    private readonly Lock _gate = new();
    private readonly List<double> _seconds = [];
    private bool _sorted;

    public int Count => _seconds.Count;

    public void Add(TimeSpan time)
    {
        lock (_gate)
        {
            _seconds.Add(time.TotalSeconds);
            _sorted = false;
        }
    }

    /// <summary>The time in milliseconds that this part of the requests stayed under; 0…1.</summary>
    public double Milliseconds(double part)
    {
        lock (_gate)
        {
            if (!_sorted)
            {
                _seconds.Sort();
                _sorted = true;
            }

            return _seconds.Count == 0 ? 0 : 1_000 * _seconds[Math.Max(0, (int)Math.Ceiling(part * _seconds.Count) - 1)];
        }
    }
}
