namespace Turnstile.Silo.Signals;

/// <summary>What one instrument has measured under one set of labels.</summary>
/// <param name="labels">As they stand between the braces; empty where there are none.</param>
/// <param name="boundaries">Of a histogram: the upper ends of its classes but the last; null for all others.</param>
internal sealed class MeasuredSeries(string labels, double[]? boundaries)
{
    private readonly Lock _gate = new();
    private readonly long[] _counts = boundaries is null ? [] : new long[boundaries.Length + 1];
    private double _value;
    private int _toldAt;

    public string Labels => labels;

    /// <summary>The question that was answered with it last.</summary>
    public int ToldAt => Volatile.Read(ref _toldAt);

    /// <summary>A sum, or the last value of a gauge.</summary>
    public double Value => Volatile.Read(ref _value);

    /// <summary>For what only grows, or grows and shrinks.</summary>
    public void Add(double amount)
    {
        double seen = Volatile.Read(ref _value);
        while (true)
        {
            double before = Interlocked.CompareExchange(ref _value, seen + amount, seen);
            if (before.Equals(seen))
            {
                return;
            }

            seen = before;
        }
    }

    /// <summary>For what is told whole each time.</summary>
    public void Set(double value, int toldAt)
    {
        Volatile.Write(ref _value, value);
        Volatile.Write(ref _toldAt, toldAt);
    }

    /// <summary>For several that are told whole each time, and shown as their sum; by one thread at a time.</summary>
    public void AddTo(int toldAt, double value) => Set(ToldAt == toldAt ? Value + value : value, toldAt);

    /// <summary>For a histogram.</summary>
    public void Record(double value)
    {
        // Linear: most values are in the first classes, and there are some twenty.
        int at = 0;
        while (at < boundaries!.Length && value > boundaries[at])
        {
            at++;
        }

        lock (_gate)
        {
            _counts[at]++;
            _value += value;
        }
    }

    /// <summary>The classes of a histogram and the sum of its values, as of one moment.</summary>
    public (long[] Counts, double Sum) Classes()
    {
        lock (_gate)
        {
            return ([.. _counts], _value);
        }
    }
}
