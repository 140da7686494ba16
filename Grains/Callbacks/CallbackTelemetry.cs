using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Turnstile.Grains.Callbacks;

/// <summary>What callbacks tell about themselves: the meter <c>Turnstile.Callbacks</c>.</summary>
public sealed class CallbackTelemetry
{
    public const string MeterName = "Turnstile.Callbacks";

    private readonly Counter<long> _ends;
    private readonly Counter<long> _retries;

    public CallbackTelemetry(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _ends = meter.CreateCounter<long>(
            "turnstile.callbacks",
            "{callback}",
            "Callbacks that are over: answered with a status, refused, failed, left_alone or dropped.");
        _retries = meter.CreateCounter<long>("turnstile.callbacks.retries", "{try}", "Tries after the first.");
    }

    internal void Answered(int status) => _ends.Add(1, new TagList { { "end", "answered" }, { "status", status } });

    internal void Ended(string end) => _ends.Add(1, new KeyValuePair<string, object?>("end", end));

    internal void Retried() => _retries.Add(1);
}
