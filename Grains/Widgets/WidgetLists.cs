using System.Text;
using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// Reads pages from the tables and puts over them what the tables do not have yet, so that a page shows one moment. One at a time.
/// Used in the ledger's turns.
/// </summary>
internal sealed class WidgetLists(ActiveWidgets active, WidgetStore store, LedgerTurns turns) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    public async Task<Page<WidgetView>> List(int limit, string? after)
    {
        await _one.WaitAsync();
        turns.BeginList();
        try
        {
            for (int wanted = limit + 1; ; wanted *= 2)
            {
                List<WidgetRow> rows = await store.List(after ?? "", wanted);
                bool whole = rows.Count < wanted;
                List<WidgetView> views = await turns.WhenCommitted(() => Merge(rows, whole, after ?? ""));
                // Rows of deleted widgets may have left too few.
                if (whole || views.Count > limit)
                {
                    return Pages.Of(views, limit, view => view, view => view.Serial);
                }
            }
        }
        finally
        {
            turns.EndList();
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private List<WidgetView> Merge(List<WidgetRow> rows, bool whole, string after)
    {
        var widgets = new List<PackedWidget>(rows.Count);
        foreach (WidgetRow row in rows)
        {
            PackedWidget widget = active.Latest(row.Widget);
            if (widget.Exists)
            {
                widgets.Add(widget);
            }
        }

        ReadOnlySpan<byte> from = Encoding.UTF8.GetBytes(after);
        ReadOnlySpan<byte> end = whole ? default : rows[^1].Widget.Serial;
        int inTable = widgets.Count;
        foreach (WidgetEntry created in active.Created.Between(from, end))
        {
            if (!IsListed(created.Serial))
            {
                widgets.Add(created.Widget);
            }
        }

        if (widgets.Count > inTable)
        {
            widgets.Sort(static (left, right) => left.Serial.SequenceCompareTo(right.Serial));
        }

        return widgets.ConvertAll(static widget => widget.ToView()!);

        bool IsListed(ReadOnlySpan<byte> serial)
        {
            int low = 0;
            for (int high = rows.Count - 1; low <= high;)
            {
                int middle = (low + high) / 2;
                int order = rows[middle].Widget.Serial.SequenceCompareTo(serial);
                if (order == 0)
                {
                    return true;
                }

                (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
            }

            return false;
        }
    }
}
