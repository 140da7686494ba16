namespace Turnstile.Grains.Widgets.Log;

/// <summary>A group of changes as a frame of the log has it.</summary>
/// <param name="Bytes">The changes.</param>
/// <param name="First">The number of the first of them.</param>
/// <param name="Count">How many they are.</param>
internal readonly record struct LoggedChanges(ReadOnlyMemory<byte> Bytes, long First, int Count);

/// <summary>Where a row of a group is.</summary>
/// <param name="At">Bytes of the group before it.</param>
/// <param name="Length">Its bytes, as a <see cref="PackedWidget"/> has them.</param>
/// <param name="Change">Changes of the group before the one that made it.</param>
internal readonly record struct LoggedRow(int At, int Length, int Change);

/// <summary>The rows of a group of changes, from the first to the last.</summary>
internal ref struct LoggedRows(LoggedChanges changes)
{
    private readonly int _length = changes.Bytes.Length;
    private readonly int _count = changes.Count;
    private readonly long _first = changes.First;
    private ReadOnlySpan<byte> _left = changes.Bytes.Span;
    private int _change = -1;
    private int _rowsLeft;

    public LoggedRow Current { get; private set; }

    /// <exception cref="CommitLogException">The group is not what a buffer wrote.</exception>
    public bool MoveNext()
    {
        try
        {
            while (_rowsLeft == 0)
            {
                if (++_change == _count)
                {
                    return false;
                }

                _rowsLeft = _left[..1][0];
                _left = _left[1..];
            }

            int at = _length - _left.Length;
            int length = PackedWidget.Take(ref _left).Length;
            Current = new LoggedRow(at, length, _change);
            _rowsLeft--;
            return true;
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new CommitLogException($"The widgets' commit log has a group of changes that cannot be read, from {_first} on.", e);
        }
    }
}
