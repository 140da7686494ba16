using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Turnstile.Grains.Tests.Widgets;

/// <summary>What one silo records with an instrument, from now on.</summary>
internal sealed class Recording : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<long> _values = new();

    public Recording(IMeterFactory silo, string meter, string instrument)
    {
        _listener.InstrumentPublished = (published, listener) =>
        {
            if (published.Meter.Scope == silo && published.Meter.Name == meter && published.Name == instrument)
            {
                listener.EnableMeasurementEvents(published);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => _values.Enqueue(value));
        _listener.Start();
    }

    public IReadOnlyCollection<long> Values => _values;

    public void Dispose() => _listener.Dispose();
}
