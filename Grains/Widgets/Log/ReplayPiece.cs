using System.Buffers.Binary;

namespace Turnstile.Grains.Widgets.Log;

/// <summary>
/// Groups of changes that follow one another in the log, with their rows sorted by parts of the table of entries: copied there, so that
/// whoever takes a part in reads memory from front to back. Used again and again.
/// </summary>
internal sealed class ReplayPiece
{
    private readonly ReplayPart[] _parts = [.. Enumerable.Range(0, EntryTable.Parts).Select(_ => new ReplayPart())];

    // Of the group that is being added.
    private readonly List<LoggedRow> _rows = [];

    /// <summary>Bytes of the groups.</summary>
    public int Bytes { get; private set; }

    /// <summary>Adds the group that stands in the log before all that was added so far.</summary>
    /// <exception cref="CommitLogException">It is not what a buffer wrote.</exception>
    public void Add(LoggedChanges group)
    {
        Bytes += group.Bytes.Length;
        _rows.Clear();
        ReadOnlySpan<byte> bytes = group.Bytes.Span;
        for (var rows = new LoggedRows(group); rows.MoveNext();)
        {
            _rows.Add(rows.Current);
        }

        for (int i = _rows.Count - 1; i >= 0; i--)
        {
            LoggedRow row = _rows[i];
            ReadOnlySpan<byte> widget = bytes.Slice(row.At, row.Length);
            _parts[EntryTable.PartOf(PackedWidget.SerialOf(widget))].Add(group.First + row.Change, widget);
        }
    }

    public void Clear()
    {
        Bytes = 0;
        Array.ForEach(_parts, part => part.Clear());
    }

    /// <summary>The rows of one part of the table, from the last to the first.</summary>
    public ReplayedRows RowsOf(int part) => new(_parts[part].Written);

    /// <summary>Rows one behind the other, each behind its version and its length.</summary>
    private sealed class ReplayPart
    {
        private byte[] _bytes = [];
        private int _length;

        public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

        public void Clear() => _length = 0;

        public void Add(long version, ReadOnlySpan<byte> widget)
        {
            int length = ReplayedRows.HeaderBytes + widget.Length;
            if (_bytes.Length - _length < length)
            {
                Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, 1 << 12));
            }

            Span<byte> room = _bytes.AsSpan(_length, length);
            BinaryPrimitives.WriteInt64LittleEndian(room, version);
            BinaryPrimitives.WriteInt32LittleEndian(room[sizeof(long)..], widget.Length);
            widget.CopyTo(room[ReplayedRows.HeaderBytes..]);
            _length += length;
        }
    }
}

/// <summary>The rows of a piece that one part of the table gets.</summary>
internal ref struct ReplayedRows(ReadOnlySpan<byte> left)
{
    public const int HeaderBytes = sizeof(long) + sizeof(int);

    private ReadOnlySpan<byte> _left = left;

    /// <summary>The row, as a <see cref="PackedWidget"/> has it.</summary>
    public ReadOnlySpan<byte> Widget { get; private set; }

    /// <summary>The change that made it.</summary>
    public long Version { get; private set; }

    public bool MoveNext()
    {
        if (_left.IsEmpty)
        {
            return false;
        }

        Version = BinaryPrimitives.ReadInt64LittleEndian(_left);
        Widget = _left.Slice(HeaderBytes, BinaryPrimitives.ReadInt32LittleEndian(_left[sizeof(long)..]));
        _left = _left[(HeaderBytes + Widget.Length)..];
        return true;
    }
}
