using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>Changes that one caller handed over together, waiting for their outcomes.</summary>
/// <param name="changes">In their order; one at least.</param>
/// <param name="number">Hand-overs are numbered in the order in which they came.</param>
/// <param name="arrived">When they came, by the clock's timestamp.</param>
internal abstract class PendingChanges(ReadOnlyMemory<WidgetChange> changes, long number, long arrived)
{
    public ReadOnlySpan<WidgetChange> Changes => changes.Span;

    public int Count => changes.Length;

    public long Number => number;

    public long Arrived => arrived;

    /// <summary>What each change can touch; complete once <see cref="Reading"/> has ended well.</summary>
    public NeededEntries[] Needs { get; } = new NeededEntries[changes.Length];

    /// <summary>Has in memory what the changes need; its failure is theirs.</summary>
    public Task Reading { get; set; } = Task.CompletedTask;

    /// <summary>Decided, told only after they are on disk.</summary>
    public WidgetOutcome[] Outcomes { get; } = new WidgetOutcome[changes.Length];

    /// <summary>Tells the outcomes, in one of the ledger's turns, where whoever waits goes on at once.</summary>
    public abstract void Complete();

    /// <summary>Tells why nothing was done, as <see cref="Complete"/> does.</summary>
    public abstract void Fail(Exception fault);
}

/// <summary>A change by itself: most are, so whoever waits gets its outcome without another task around the one of a list.</summary>
internal sealed class PendingChange(WidgetChange change, long number, long arrived)
    : PendingChanges(new[] { change }, number, arrived)
{
    private readonly TaskCompletionSource<WidgetOutcome> _end = new();

    public Task<WidgetOutcome> Outcome => _end.Task;

    public override void Complete() => _end.SetResult(Outcomes[0]);

    public override void Fail(Exception fault) => _end.SetException(fault);
}

/// <summary>A part of a list of changes.</summary>
internal sealed class PendingSlice(ReadOnlyMemory<WidgetChange> changes, long number, long arrived)
    : PendingChanges(changes, number, arrived)
{
    private readonly TaskCompletionSource<WidgetOutcome[]> _end = new();

    public Task<WidgetOutcome[]> End => _end.Task;

    public override void Complete() => _end.SetResult(Outcomes);

    public override void Fail(Exception fault) => _end.SetException(fault);
}
