using Turnstile.Compute;

namespace Turnstile.Grains.Compute.Scheduling;

/// <summary>A job that the scheduler knows, until it ends or is withdrawn. A part of <see cref="FairShare"/>.</summary>
internal sealed class ScheduledJob(QueuedJob job, CallerQueue caller)
{
    public QueuedJob Job { get; } = job;

    public CallerQueue Caller { get; } = caller;

    public ScheduledJobState State { get; set; }

    /// <summary>It has had a slice of its present attempt.</summary>
    public bool Started { get; set; }

    /// <summary>CPU seconds that were charged in advance for the slice in flight.</summary>
    public double ExpectedSeconds { get; set; }

    /// <summary>How often it was set aside, which lengthens the time it is set aside for.</summary>
    public int Setbacks { get; set; }
}

/// <summary>Where a job of the scheduler is.</summary>
internal enum ScheduledJobState
{
    /// <summary>In its caller's queue.</summary>
    Ready,

    /// <summary>Granted a slice that is not over.</summary>
    InFlight,

    /// <summary>Set aside for a while.</summary>
    Away,

    /// <summary>No more to be granted anything.</summary>
    Withdrawn,
}
