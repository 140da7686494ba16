using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Labels = System.ReadOnlySpan<System.Collections.Generic.KeyValuePair<string, object?>>;

namespace Turnstile.Silo.Signals;

/// <summary>How the measurements of an instrument are put together.</summary>
internal enum Gathering
{
    Counter,
    UpDownCounter,
    Gauge,
    Histogram,
}

/// <summary>
/// An instrument and everything it has measured, by its labels. Measurements come from any thread and cost a look-up
/// and an addition; the number of label sets is limited.
/// </summary>
internal sealed class MeasuredInstrument
{
    // Times from a tenth of a millisecond, which a sync of a fast disk takes, to a minute.
    private static readonly double[] Seconds =
    [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ];

    private static readonly double[] Amounts =
    [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000,
    ];

    private readonly int _seriesMax;
    private readonly bool _observed;
    private readonly double[]? _boundaries;
    private readonly Lock _gate = new();

    // The way measurements find their series: by labels in the order in which the instrument gives them.
    private readonly ConcurrentDictionary<LabelSet, MeasuredSeries> _byLabels = new(LabelSet.Comparer);
    private readonly ConcurrentDictionary<LabelSet, MeasuredSeries>.AlternateLookup<Labels> _lookup;

    // The series themselves, by their text: written under the gate.
    private readonly ConcurrentDictionary<string, MeasuredSeries> _series = new(StringComparer.Ordinal);

    // What comes beyond the limit; written under the gate.
    private MeasuredSeries? _overflow;

    // Of an instrument that only tells when asked: how often it was asked, and the last time that it had told everything.
    private int _asked;
    private int _told;

    public MeasuredInstrument(Instrument instrument, Gathering gathering, int seriesMax)
    {
        Gathering = gathering;
        Name = PrometheusName.Of(instrument.Name, instrument.Unit, gathering);
        Description = instrument.Description;
        _seriesMax = seriesMax;
        _observed = instrument.IsObservable;
        _boundaries = gathering == Gathering.Histogram ? Boundaries(instrument) : null;
        _lookup = _byLabels.GetAlternateLookup<Labels>();
    }

    /// <summary>The name in the exposition.</summary>
    public string Name { get; }

    public string? Description { get; }

    public Gathering Gathering { get; }

    public IReadOnlyList<double> BucketBoundaries => _boundaries ?? [];

    /// <summary>By their labels' text, so that two readings show them alike; without those that are not told any more.</summary>
    public IEnumerable<MeasuredSeries> Series => _series.Values
        .Where(series => !_observed || series.ToldAt >= Volatile.Read(ref _told))
        .OrderBy(series => series.Labels, StringComparer.Ordinal);

    /// <summary>What is measured until <see cref="EndAsking"/> is all there is to tell now; by one thread at a time.</summary>
    public void BeginAsking() => Volatile.Write(ref _asked, _asked + 1);

    /// <summary>What was told before and was not told again is not there any more.</summary>
    public void EndAsking() => Volatile.Write(ref _told, _asked);

    public void Take(double value, Labels labels)
    {
        MeasuredSeries series = _lookup.TryGetValue(labels, out MeasuredSeries? known) ? known : Open(labels);
        if (Gathering == Gathering.Histogram)
        {
            series.Record(value);
        }
        else if (_observed && ReferenceEquals(series, _overflow))
        {
            series.AddTo(Volatile.Read(ref _asked), value);
        }
        else if (_observed || Gathering == Gathering.Gauge)
        {
            series.Set(value, Volatile.Read(ref _asked));
        }
        else
        {
            series.Add(value);
        }
    }

    private static double[] Boundaries(Instrument instrument)
    {
        double[]? advised = instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } ends } => [.. ends],
            Histogram<long> { Advice.HistogramBucketBoundaries: { } ends } => [.. ends],
            Histogram<int> { Advice.HistogramBucketBoundaries: { } ends } => [.. ends],
            _ => null,
        };
        return advised ?? (instrument.Unit == "s" ? Seconds : Amounts);
    }

    private MeasuredSeries Open(Labels labels)
    {
        var set = new LabelSet(labels.ToArray());
        lock (_gate)
        {
            if (_byLabels.TryGetValue(set, out MeasuredSeries? known))
            {
                return known;
            }

            if (_byLabels.Count >= _seriesMax)
            {
                return _overflow ??= Find(LabelSet.Overflow.ToText());
            }

            return _byLabels[set] = Find(set.ToText());
        }
    }

    private MeasuredSeries Find(string text) =>
        _series.GetOrAdd(text, static (labels, boundaries) => new MeasuredSeries(labels, boundaries), _boundaries);
}
