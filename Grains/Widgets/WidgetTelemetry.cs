using System.Diagnostics.Metrics;

namespace Turnstile.Grains.Widgets;

/// <summary>What Widgets tells about itself: the meter <c>Turnstile.Widgets</c>.</summary>
public sealed class WidgetTelemetry
{
    public const string MeterName = "Turnstile.Widgets";

    private readonly Histogram<long> _batch;
    private readonly Histogram<double> _sync;
    private readonly Counter<long> _changes;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _recovery;
    private readonly Histogram<long> _read;

    // The gauges' sources; set by whoever owns the ledger in this process.
    private Func<LedgerState>? _ledger;

    public WidgetTelemetry(IMeterFactory meters, TimeProvider time)
    {
        Time = time;
        Meter meter = meters.Create(MeterName);
        _batch = meter.CreateHistogram<long>("turnstile.widgets.commit.changes", "{change}", "Changes synced by one append of the log.");
        _sync = meter.CreateHistogram<double>("turnstile.widgets.commit.duration", "s", "From the append of the log to its sync.");
        _changes = meter.CreateCounter<long>("turnstile.widgets.changes", "{change}", "Changes committed.");
        _refused = meter.CreateCounter<long>(
            "turnstile.widgets.refused", "{change}", "Changes refused because too many waited, or too long.");
        _recovery = meter.CreateHistogram<double>("turnstile.widgets.recovery.duration", "s", "Reading the log at the start.");
        _read = meter.CreateHistogram<long>("turnstile.widgets.read", "{widget}", "Serial numbers looked up in the tables at once.");
        meter.CreateObservableGauge("turnstile.widgets.active", () => Ledger().Active, "{widget}", "Widgets in memory.");
        meter.CreateObservableGauge(
            "turnstile.widgets.unstored", () => Ledger().Unstored, "{widget}", "Widgets whose last change is in the log alone.");
        meter.CreateObservableGauge(
            "turnstile.widgets.unstored.age", () => Ledger().BehindSeconds, "s", "How far the tables are behind the log.");
        meter.CreateObservableGauge("turnstile.widgets.log.size", () => Ledger().LogBytes, "By", "Bytes of the commit log.");
    }

    internal TimeProvider Time { get; }

    internal long Timestamp => Time.GetTimestamp();

    internal double SecondsSince(long timestamp) => Time.GetElapsedTime(timestamp).TotalSeconds;

    internal void Observe(Func<LedgerState>? ledger) => _ledger = ledger;

    internal void Committed(int changes, long began)
    {
        _changes.Add(changes);
        _batch.Record(changes);
        _sync.Record(SecondsSince(began));
    }

    internal void Refused(int changes) => _refused.Add(changes);

    internal void Read(int serials) => _read.Record(serials);

    internal void Recovered(long began) => _recovery.Record(SecondsSince(began));

    private LedgerState Ledger() => _ledger?.Invoke() ?? default;
}

/// <summary>The ledger at one moment.</summary>
/// <param name="Active">Widgets in memory.</param>
/// <param name="Unstored">Widgets whose last change the tables lack.</param>
/// <param name="LogBytes">Bytes of the commit log.</param>
/// <param name="BehindSeconds">How old the oldest change may be that the tables lack.</param>
internal readonly record struct LedgerState(int Active, int Unstored, long LogBytes, double BehindSeconds);
