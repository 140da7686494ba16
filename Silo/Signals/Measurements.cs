using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace Turnstile.Silo.Signals;

/// <summary>
/// Adds up what the meters of this service measure, from its start on, so that it can be read at any time. Where other
/// meters of .NET have instruments for everything, a few are enough here: each costs something with every request.
/// </summary>
internal sealed class Measurements : IDisposable
{
    private const string Own = "Turnstile.";
    private const string Runtime = "System.Runtime";

    private static readonly HashSet<string> FromServer =
    [
        "http.server.request.duration", "kestrel.active_connections", "kestrel.rejected_connections", "kestrel.queued_connections",
    ];

    private readonly ConcurrentDictionary<string, MeasuredInstrument> _instruments = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Lock _asking = new();
    private readonly IMeterFactory _meters;
    private readonly int _seriesMax;

    public Measurements(IMeterFactory meters, IOptions<SignalOptions> options)
    {
        _meters = meters;
        _seriesMax = options.Value.SeriesMax;
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<byte>((_, value, labels, to) => Take(value, labels, to));
        _listener.SetMeasurementEventCallback<short>((_, value, labels, to) => Take(value, labels, to));
        _listener.SetMeasurementEventCallback<int>((_, value, labels, to) => Take(value, labels, to));
        _listener.SetMeasurementEventCallback<long>((_, value, labels, to) => Take(value, labels, to));
        _listener.SetMeasurementEventCallback<float>((_, value, labels, to) => Take(value, labels, to));
        _listener.SetMeasurementEventCallback<double>((_, value, labels, to) => Take(value, labels, to));
        _listener.SetMeasurementEventCallback<decimal>((_, value, labels, to) => Take((double)value, labels, to));
        _listener.Start();
    }

    /// <summary>Everything measured so far, by name; what is only told when asked is asked now.</summary>
    public IEnumerable<MeasuredInstrument> Read()
    {
        lock (_asking)
        {
            foreach (MeasuredInstrument instrument in _instruments.Values)
            {
                instrument.BeginAsking();
            }

            _listener.RecordObservableInstruments();
            foreach (MeasuredInstrument instrument in _instruments.Values)
            {
                instrument.EndAsking();
            }
        }

        return _instruments.Values.OrderBy(instrument => instrument.Name, StringComparer.Ordinal);
    }

    public void Dispose() => _listener.Dispose();

    private static Gathering? GatheringOf(Instrument instrument)
    {
        // Instruments are generic in the type of their values, which makes no difference here.
        string kind = instrument.GetType().Name;
        return kind[..Math.Max(0, kind.IndexOf('`', StringComparison.Ordinal))] switch
        {
            "Counter" or "ObservableCounter" => Gathering.Counter,
            "UpDownCounter" or "ObservableUpDownCounter" => Gathering.UpDownCounter,
            "Gauge" or "ObservableGauge" => Gathering.Gauge,
            "Histogram" => Gathering.Histogram,
            _ => null,
        };
    }

    private static void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels, object? to) =>
        ((MeasuredInstrument)to!).Take(value, labels);

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (!IsWanted(instrument) || GatheringOf(instrument) is not { } gathering)
        {
            return;
        }

        var measured = new MeasuredInstrument(instrument, gathering, _seriesMax);
        listener.EnableMeasurementEvents(instrument, _instruments.GetOrAdd(measured.Name, measured));
    }

    /// <summary>Meters of another service in the same process, as tests have them, are none of this one's.</summary>
    private bool IsWanted(Instrument instrument) =>
        (instrument.Meter.Scope is null || instrument.Meter.Scope == _meters)
        && (instrument.Meter.Name.StartsWith(Own, StringComparison.Ordinal)
            || instrument.Meter.Name == Runtime
            || FromServer.Contains(instrument.Name));
}
