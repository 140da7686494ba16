using System.Diagnostics;
using System.Diagnostics.Metrics;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>What Compute tells about itself: the meter <c>Turnstile.Compute</c>.</summary>
/// <remarks>
/// Gauges tell of what is in this process: the callers that are active here, its threads, and the lane where it is here. In a
/// cluster their sum over the silos is the whole.
/// </remarks>
public sealed class ComputeTelemetry
{
    public const string MeterName = "Turnstile.Compute";

    private readonly Counter<long> _submitted;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _dead;
    private readonly Counter<double> _cpu;
    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _cost;

    private long _open;
    private double _openCpuSeconds;

    // Written by the lane once a second; null where it is not in this process.
    private LaneState? _lane;

    public ComputeTelemetry(IMeterFactory meters, TimeProvider time)
    {
        Time = time;
        Meter meter = meters.Create(MeterName);
        _submitted = meter.CreateCounter<long>("turnstile.compute.jobs.submitted", "{job}", "Jobs taken in, by operation.");
        _ended = meter.CreateCounter<long>("turnstile.compute.jobs.ended", "{job}", "Jobs ended, by operation and status.");
        _dead = meter.CreateCounter<long>("turnstile.compute.jobs.dead", "{job}", "Jobs given up after too many attempts.");
        _cpu = meter.CreateCounter<double>("turnstile.compute.cpu.time", "s", "CPU time of jobs that ended.");
        _wait = meter.CreateHistogram<double>("turnstile.compute.wait.duration", "s", "From submission to the first slice.");
        _cost = meter.CreateHistogram<double>("turnstile.compute.job.cpu.time", "s", "CPU time of a job, by operation.");
        meter.CreateObservableGauge(
            "turnstile.compute.jobs.open", () => Volatile.Read(ref _open), "{job}", "Jobs that have not ended.");
        meter.CreateObservableGauge(
            "turnstile.compute.backlog.cpu.time",
            () => Math.Max(0, Volatile.Read(ref _openCpuSeconds)),
            "s",
            "CPU time that the open jobs will take, if each takes what its caller's took on average.");
        ObserveLane(meter, "turnstile.compute.lane.callers", "{caller}", "Callers the scheduler knows.", lane => lane.Callers);
        ObserveLane(meter, "turnstile.compute.lane.ready", "{job}", "Jobs that wait for a slice.", lane => lane.Ready);
        ObserveLane(meter, "turnstile.compute.lane.slices", "{slice}", "Slices granted and not over.", lane => lane.InFlight);
        ObserveLane(
            meter,
            "turnstile.compute.oldest.age",
            "s",
            "Age of the oldest job that has not begun and may, whoever's it is.",
            lane => lane.OldestSubmittedAt is { } at ? Math.Max(0, (time.GetUtcNow() - at).TotalSeconds) : 0);
        ObserveLane(meter, "turnstile.compute.threads", "{thread}", "Threads of all workers.", lane => lane.Threads);
    }

    internal TimeProvider Time { get; }

    /// <summary>Set by the lane while it is in this process.</summary>
    internal LaneState? Lane
    {
        set => Volatile.Write(ref _lane, value);
    }

    internal void Submitted(JobOperation operation, int jobs) =>
        _submitted.Add(jobs, new KeyValuePair<string, object?>("operation", Word(operation)));

    internal void Ended(JobRow job)
    {
        object operation = Word(job.Operation);
        _ended.Add(1, new TagList { { "operation", operation }, { "status", Word(job.Status) } });
        _cpu.Add(job.CpuSeconds);
        _cost.Record(job.CpuSeconds, new KeyValuePair<string, object?>("operation", operation));
        if (job.StartedAt is { } started)
        {
            _wait.Record(Math.Max(0, (started - job.SubmittedAt).TotalSeconds));
        }

        if (job.Dead)
        {
            _dead.Add(1);
        }
    }

    /// <summary>A caller has so many more open jobs, or fewer, and so much more to be computed.</summary>
    internal void OpenChanged(long jobs, double cpuSeconds)
    {
        Interlocked.Add(ref _open, jobs);
        double seen = Volatile.Read(ref _openCpuSeconds);
        for (double before; !(before = Interlocked.CompareExchange(ref _openCpuSeconds, seen + cpuSeconds, seen)).Equals(seen);)
        {
            seen = before;
        }
    }

    private static string Word(JobOperation operation) => operation switch
    {
        JobOperation.Factorize => "factorize",
        JobOperation.Factorial => "factorial",
        JobOperation.IsPrime => "is_prime",
        _ => "next_prime",
    };

    private static string Word(JobStatus status) => status switch
    {
        JobStatus.Done => "done",
        JobStatus.Failed => "failed",
        _ => "cancelled",
    };

    private void ObserveLane(Meter meter, string name, string unit, string description, Func<LaneState, double> value) =>
        meter.CreateObservableGauge(
            name,
            () => Volatile.Read(ref _lane) is { } lane ? [new Measurement<double>(value(lane))] : (Measurement<double>[])[],
            unit,
            description);
}

/// <summary>The scheduler at one moment.</summary>
internal sealed record LaneState(int Callers, long Ready, int InFlight, int Threads, DateTimeOffset? OldestSubmittedAt);
