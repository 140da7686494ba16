using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>
/// A timer of one grain activation. Disposing it ends it; a tick that runs is told by its cancellation token.
/// </summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>
    /// Sets when the next tick comes and how long after its end the following ones do; infinite means never.
    /// </summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}

/// <summary>How a grain timer behaves.</summary>
public readonly struct GrainTimerCreationOptions
{
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>
    /// The time to the first tick; zero for at once, <see cref="Timeout.InfiniteTimeSpan"/> for never.
    /// </summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>
    /// The time from the end of a tick to the next; <see cref="Timeout.InfiniteTimeSpan"/> for a single tick.
    /// </summary>
    public required TimeSpan Period { get; init; }

    /// <summary>
    /// Whether a tick may interleave with running calls. Off by default: a tick is a turn like a call.
    /// </summary>
    public bool Interleave { get; init; }

    /// <summary>Whether a tick counts as use of the grain, so that it is not idle. Off by default.</summary>
    public bool KeepAlive { get; init; }
}
