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
        var views = new List<WidgetView>(rows.Count);
        var listed = new HashSet<string>(rows.Count);
        foreach (WidgetRow row in rows)
        {
            listed.Add(row.Serial);
            WidgetView? view = active.TryGet(row.Serial, out WidgetEntry? entry) ? entry.View : row.View;
            if (view is not null)
            {
                views.Add(view);
            }
        }

        SerialOrder order = SerialOrder.Instance;
        string? end = whole ? null : rows[^1].Serial;
        foreach (WidgetEntry created in active.Created)
        {
            if (order.Compare(created.Serial, after) > 0 && (end is null || order.Compare(created.Serial, end) < 0)
                && !listed.Contains(created.Serial))
            {
                views.Add(created.View!);
            }
        }

        views.Sort((left, right) => order.Compare(left.Serial, right.Serial));
        return views;
    }
}
