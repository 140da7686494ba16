using Turnstile.Grains.Widgets.Log;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// Takes in what the log has and the tables may lack, from the log's end to its beginning: only of the last row of each widget an
/// entry is made, and of older ones those alone are looked at that complete a part. All processors take part, each with other widgets.
/// </summary>
/// <param name="entries">Gets the widgets; empty, and used by nobody else meanwhile.</param>
/// <param name="round">The round of storing that they belong to.</param>
internal sealed class WidgetReplay(EntryTable entries, int round)
{
    // By parts of the table.
    private readonly List<WidgetEntry>[] _found = [.. Enumerable.Range(0, EntryTable.Parts).Select(_ => new List<WidgetEntry>())];
    private readonly EntryMemory[] _places = [.. Enumerable.Range(0, EntryTable.Parts).Select(_ => new EntryMemory())];
    private readonly RowMemory[] _memory = [.. Enumerable.Range(0, EntryTable.Parts).Select(_ => new RowMemory())];
    private readonly int[] _existing = new int[EntryTable.Parts];

    /// <summary>All widgets that the log names.</summary>
    public IEnumerable<List<WidgetEntry>> Found => _found;

    /// <summary>How many of them exist as far as the log says.</summary>
    public int Existing => _existing.Sum();

    /// <summary>Takes in what stands in the log before all that was taken in so far.</summary>
    public void Take(ReplayPiece piece) => Parallel.For(0, EntryTable.Parts, part =>
    {
        for (ReplayedRows rows = piece.RowsOf(part); rows.MoveNext();)
        {
            Take(part, rows.Widget, rows.Version);
        }
    });

    /// <summary>Leaves all places of entries to this memory, once everything is taken in.</summary>
    public void GiveUp(EntryMemory places) => Array.ForEach(_places, places.TakeOver);

    private void Take(int part, ReadOnlySpan<byte> row, long version)
    {
        if (!entries.TryGet(part, PackedWidget.SerialOf(row), out WidgetEntry entry))
        {
            PackedWidget widget = _memory[part].Keep(row);
            entry = _places[part].Get(widget);
            entry.Version = version;
            entry.Round = round;
            entry.IsLoaded = !widget.IsPart;
            entries.Add(part, entry);
            _found[part].Add(entry);
        }
        else if (!entry.IsLoaded)
        {
            // What is known so far is later: ports that are free whatever the row says of them.
            PackedWidget widget = _memory[part].Keep(row);
            entry.Widget = _memory[part].Keep(widget.Without(entry.Widget.Freed));
            entry.IsLoaded = !widget.IsPart;
        }
        else
        {
            return;
        }

        if (entry.Widget.Exists)
        {
            entry.IsCreated = true;
            _existing[part]++;
        }
    }
}
