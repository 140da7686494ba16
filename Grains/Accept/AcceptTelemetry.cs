using System.Diagnostics.Metrics;
using System.Security.Cryptography;

namespace Turnstile.Grains.Accept;

/// <summary>
/// What Accept tells about itself: the meter <c>Turnstile.Accept</c>. Also the secret of this process's id sets.
/// </summary>
public sealed class AcceptTelemetry
{
    public const string MeterName = "Turnstile.Accept";

    private readonly Counter<long> _counted;
    private readonly Counter<long> _answers;
    private readonly Counter<long> _records;
    private readonly Counter<long> _recounts;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _failures;

    public AcceptTelemetry(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _counted = meter.CreateCounter<long>("turnstile.accept.ids", "{id}", "Distinct ids counted.");
        _answers = meter.CreateCounter<long>("turnstile.accept.answers", "{request}", "Requests answered, by answer.");
        _records = meter.CreateCounter<long>("turnstile.accept.records", "{record}", "Minutes closed.");
        _recounts = meter.CreateCounter<long>(
            "turnstile.accept.recounts", "{minute}", "Minutes counted again from disk, because no grain knew all of them.");
        _deliveries = meter.CreateCounter<long>("turnstile.accept.deliveries", "{record}", "Records delivered, by writer.");
        _failures = meter.CreateCounter<long>(
            "turnstile.accept.delivery.failures", "{attempt}", "Attempts to deliver that failed, by writer.");
    }

    internal ulong HashKey { get; } = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>A gateway has answered so many requests with <paramref name="answer"/>.</summary>
    public void Answered(string answer, int requests = 1) =>
        _answers.Add(requests, new KeyValuePair<string, object?>("answer", answer));

    internal void Counted(int ids) => _counted.Add(ids);

    internal void Recorded(int minutes) => _records.Add(minutes);

    internal void Recounted() => _recounts.Add(1);

    internal void Delivered(string writer, int records) =>
        _deliveries.Add(records, new KeyValuePair<string, object?>("writer", writer));

    internal void DeliveryFailed(string writer) => _failures.Add(1, new KeyValuePair<string, object?>("writer", writer));
}
