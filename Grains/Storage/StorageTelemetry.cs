using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Turnstile.Grains.Storage;

/// <summary>What the storage tells about itself: the meter <c>Turnstile.Storage</c>.</summary>
public sealed class StorageTelemetry
{
    public const string MeterName = "Turnstile.Storage";

    private readonly TimeProvider _time;
    private readonly Meter _meter;
    private readonly Histogram<long> _rows;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _restarts;

    public StorageTelemetry(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _meter = meters.Create(MeterName);
        _rows = _meter.CreateHistogram<long>(
            "turnstile.storage.transaction.rows", "{row}", "Rows written by one transaction.");
        _duration = _meter.CreateHistogram<double>(
            "turnstile.storage.transaction.duration", "s", "From the begin of a transaction to its sync.");
        _failures = _meter.CreateCounter<long>(
            "turnstile.storage.write.failures", "{write}", "Writes that failed, by writer and kind.");
        _restarts = _meter.CreateCounter<long>(
            "turnstile.storage.transaction.restarts",
            "{transaction}",
            "Transactions run again after a deadlock or a lost connection.");
    }

    internal long Timestamp => _time.GetTimestamp();

    internal void Observe(WriteQueue queue) => _meter.CreateObservableGauge(
        "turnstile.storage.write.pending", () => queue.Rows, "{row}", "Rows that wait to be committed.");

    internal void Committed(long rows, long began)
    {
        _rows.Record(rows);
        _duration.Record(_time.GetElapsedTime(began).TotalSeconds);
    }

    internal void TransactionRestarted() => _restarts.Add(1);

    internal void WriteFailed(string writer, Exception failure) => _failures.Add(
        1,
        new TagList
        {
            { "writer", writer },
            { "kind", failure is StorageUnavailableException ? "unavailable" : "refused" },
        });
}
