namespace Turnstile.Grains.Compute;

/// <summary>
/// The slices that this silo was granted and that have not been computed: what its threads still have before them.
/// </summary>
internal sealed class SliceLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, double> _expected = [];
    private double _seconds;
    private int _slicesLow;
    private double _secondsLow;
    private Action? _low;

    public (int Slices, double Seconds) Outstanding
    {
        get
        {
            lock (_gate)
            {
                return (_expected.Count, _seconds);
            }
        }
    }

    /// <summary>From now on <paramref name="low"/> is called after each slice that leaves too little behind it.</summary>
    /// <param name="slices">Fewer slices than this are too little,</param>
    /// <param name="seconds">and so are no more CPU seconds than this.</param>
    /// <param name="low">Sees to more.</param>
    public void Watch(int slices, double seconds, Action low)
    {
        lock (_gate)
        {
            _slicesLow = slices;
            _secondsLow = seconds;
            _low = low;
        }
    }

    public void Expect(long job, double seconds)
    {
        lock (_gate)
        {
            if (_expected.TryAdd(job, seconds))
            {
                _seconds += seconds;
            }
        }
    }

    /// <summary>The slice was computed, or will not be; saying so twice is harmless.</summary>
    public void Done(long job)
    {
        Action? low;
        lock (_gate)
        {
            if (!_expected.Remove(job, out double seconds))
            {
                return;
            }

            // A sum of many small numbers drifts; an empty ledger is exactly zero.
            _seconds = _expected.Count == 0 ? 0 : _seconds - seconds;
            low = _expected.Count < _slicesLow || _seconds <= _secondsLow ? _low : null;
        }

        low?.Invoke();
    }
}
