using System.Collections.Immutable;

namespace Turnstile.Widgets;

/// <summary>
/// Where all changes of widgets come into one order; the key is 0. What is asked of one widget is asked of its
/// <see cref="IWidgetGrain"/>; what is asked of two or more, and lists, of this.
/// </summary>
[Alias("turnstile.IWidgetLedgerGrain")]
public interface IWidgetLedgerGrain : IGrainWithIntegerKey
{
    /// <summary>Returns once everything that was promised before a crash is known again.</summary>
    [ResponseTimeout("01:00:00")]
    Task Recover(CancellationToken stop);

    /// <summary>Does one change.</summary>
    Task<WidgetOutcome> Apply(WidgetChange change);

    /// <summary>Does the changes in their order, each for itself: those that can be done are.</summary>
    /// <returns>An outcome for each, in their order.</returns>
    Task<ImmutableArray<WidgetOutcome>> ApplyMany(ImmutableArray<WidgetChange> changes);

    /// <summary>The widget; null where there is none of this serial number.</summary>
    Task<WidgetView?> View(string serial);

    /// <summary>Widgets by serial number, in the order of its UTF-8 bytes, all as of one moment.</summary>
    /// <param name="limit">1…1,000.</param>
    /// <param name="after">The last serial number of the page before; null for the first page.</param>
    Task<Page<WidgetView>> List(int limit, string? after);
}
