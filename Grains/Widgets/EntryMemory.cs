namespace Turnstile.Grains.Widgets;

/// <summary>
/// The places of entries, in blocks. A block goes when nobody has a place of it any more, some time later. Used in the ledger's turns.
/// </summary>
internal sealed class EntryMemory
{
    // Some 25 MB.
    private const int EmptyMax = 256;

    // Of those that nobody has used for a second, so many go in each.
    private const int TrimmedPart = 16;

    // Blocks with room, in any order.
    private readonly List<EntryBlock> _open = [];

    // How many of them are empty, and how few that were since the last second.
    private int _empty;
    private int _leastEmpty;

    /// <summary>An entry of a serial number of which nothing else is known.</summary>
    public WidgetEntry Get(PackedWidget none)
    {
        if (_open.Count == 0)
        {
            Open(new EntryBlock());
            _empty++;
        }

        EntryBlock block = _open[^1];
        if (block.IsEmpty)
        {
            _empty--;
            _leastEmpty = Math.Min(_leastEmpty, _empty);
        }

        WidgetEntry entry = block.Take(none);
        if (block.IsFull)
        {
            Close(block);
        }

        return entry;
    }

    /// <summary>Takes back one that nobody uses.</summary>
    public void Free(WidgetEntry entry)
    {
        EntryBlock block = entry.Block;
        if (block.IsFull)
        {
            Open(block);
        }

        block.Free(entry);
        if (block.IsEmpty && ++_empty > EmptyMax)
        {
            LetGo(block);
        }
    }

    /// <summary>Takes over all entries of another memory, which is not used any more.</summary>
    public void TakeOver(EntryMemory other)
    {
        foreach (EntryBlock block in other._open)
        {
            Open(block);
        }

        _empty += other._empty;
    }

    /// <summary>One second passes: lets go a part of the blocks that were not needed in the last one.</summary>
    public void Trim()
    {
        int left = (_leastEmpty + TrimmedPart - 1) / TrimmedPart;
        for (int i = _open.Count - 1; i >= 0 && left > 0; i--)
        {
            if (_open[i].IsEmpty)
            {
                LetGo(_open[i]);
                left--;
            }
        }

        _leastEmpty = _empty;
    }

    private void Open(EntryBlock block)
    {
        block.OpenAt = _open.Count;
        _open.Add(block);
    }

    private void Close(EntryBlock block)
    {
        EntryBlock last = _open[^1];
        _open[block.OpenAt] = last;
        last.OpenAt = block.OpenAt;
        _open.RemoveAt(_open.Count - 1);
    }

    private void LetGo(EntryBlock block)
    {
        Close(block);
        _empty--;
    }
}
