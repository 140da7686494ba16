namespace Turnstile.Grains.Compute;

/// <summary>
/// The slices that this silo was granted and that have not been computed: what its threads still have before them.
/// </summary>
internal sealed class SliceLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, double> _expected = [];
    private double _seconds;

    /// <summary>Called when a slice has been computed.</summary>
    public Action? Changed { get; set; }

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
        lock (_gate)
        {
            if (!_expected.Remove(job, out double seconds))
            {
                return;
            }

            // A sum of many small numbers drifts; an empty ledger is exactly zero.
            _seconds = _expected.Count == 0 ? 0 : _seconds - seconds;
        }

        Changed?.Invoke();
    }
}
