using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>Changes that one caller handed over together, waiting for their outcomes.</summary>
/// <param name="changes">In their order; one at least.</param>
/// <param name="number">Hand-overs are numbered in the order in which they came.</param>
/// <param name="arrived">When they came, by the clock's timestamp.</param>
internal sealed class PendingChanges(ReadOnlyMemory<WidgetChange> changes, long number, long arrived)
{
    // Completed in the ledger's turns, where whoever waits goes on at once.
    private readonly TaskCompletionSource<WidgetOutcome[]> _end = new();

    public ReadOnlySpan<WidgetChange> Changes => changes.Span;

    public int Count => changes.Length;

    public long Number => number;

    public long Arrived => arrived;

    /// <summary>What each change can touch; complete once <see cref="Reading"/> has ended well.</summary>
    public NeededEntries[] Needs { get; } = new NeededEntries[changes.Length];

    /// <summary>Has in memory what the changes need; its failure is theirs.</summary>
    public Task Reading { get; set; } = System.Threading.Tasks.Task.CompletedTask;

    /// <summary>Decided, told only after they are on disk.</summary>
    public WidgetOutcome[] Outcomes { get; } = new WidgetOutcome[changes.Length];

    public Task<WidgetOutcome[]> Task => _end.Task;

    public void Complete() => _end.SetResult(Outcomes);

    public void Fail(Exception fault) => _end.SetException(fault);
}
