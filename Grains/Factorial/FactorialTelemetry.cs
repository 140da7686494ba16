using System.Diagnostics.Metrics;

namespace Turnstile.Grains.Factorial;

/// <summary>What Factorial tells about itself: the meter <c>Turnstile.Factorial</c>.</summary>
public sealed class FactorialTelemetry
{
    public const string MeterName = "Turnstile.Factorial";

    private readonly Meter _meter;
    private readonly Counter<long> _computations;
    private readonly Counter<long> _damaged;
    private readonly Counter<long> _ends;
    private readonly Histogram<double> _duration;

    public FactorialTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _computations = _meter.CreateCounter<long>(
            "turnstile.factorial.computations", "{computation}", "Computations begun, repairs included.");
        _damaged = _meter.CreateCounter<long>(
            "turnstile.factorial.objects.damaged", "{object}", "Stored results found missing or damaged.");
        _ends = _meter.CreateCounter<long>("turnstile.factorial.ends", "{factorial}", "Factorials done or failed.");
        _duration = _meter.CreateHistogram<double>(
            "turnstile.factorial.duration", "s", "From being asked for to being stored.");
    }

    /// <summary>Has the cache of a gateway watched; the hit rate is that of all reads so far.</summary>
    public void Observe(Func<long> hits, Func<long> misses, Func<long> bytes)
    {
        _meter.CreateObservableCounter(
            "turnstile.factorial.cache.hits", hits, "{read}", "Reads answered from memory.");
        _meter.CreateObservableCounter(
            "turnstile.factorial.cache.misses", misses, "{read}", "Reads of numbers that memory did not have.");
        _meter.CreateObservableGauge(
            "turnstile.factorial.cache.hit_rate",
            () => hits() is var hit && hit + misses() is > 0 and var all ? (double)hit / all : 0,
            "1",
            "The part of reads answered from memory.");
        _meter.CreateObservableGauge("turnstile.factorial.cache.size", bytes, "By", "What the kept results take.");
    }

    internal void Began() => _computations.Add(1);

    internal void FoundDamaged() => _damaged.Add(1);

    internal void Ended(bool done, TimeSpan duration)
    {
        _ends.Add(1, new KeyValuePair<string, object?>("status", done ? "done" : "failed"));
        if (done)
        {
            // The clock may have been set back meanwhile.
            _duration.Record(Math.Max(0, duration.TotalSeconds));
        }
    }
}
