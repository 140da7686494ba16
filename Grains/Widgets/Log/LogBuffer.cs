namespace Turnstile.Grains.Widgets.Log;

/// <summary>
/// Puts one frame together: of each change how many rows it touched, and each row whole or, where nobody has read it, the part that is
/// known, so that a start after a crash needs no table to read it. Used again and again by its one owner.
/// </summary>
internal sealed class LogBuffer
{
    // Serial number, name and three peers of at most 64 code points of 4 bytes, their lengths, number of rows and
    // flags.
    private const int RowBytesMax = (5 * ((WidgetText.LengthMax * 4) + 2)) + 16;

    private byte[] _bytes = new byte[1 << 16];
    private int _length = LogFrame.HeaderBytes;

    /// <summary>Changes in it.</summary>
    public int Count { get; private set; }

    public void Clear()
    {
        _length = LogFrame.HeaderBytes;
        Count = 0;
    }

    /// <summary>Begins a change, of so many rows.</summary>
    public void AddChange(int rows)
    {
        Count++;
        Reserve();
        _bytes[_length++] = (byte)rows;
    }

    public void AddRow(PackedWidget row)
    {
        Reserve();
        row.Bytes.CopyTo(_bytes.AsSpan(_length));
        _length += row.Bytes.Length;
    }

    /// <summary>The frame, valid until the buffer is used again.</summary>
    public ReadOnlyMemory<byte> Seal(long first)
    {
        LogFrame.Seal(_bytes.AsSpan(0, _length), first, Count);
        return _bytes.AsMemory(0, _length);
    }

    private void Reserve()
    {
        if (_bytes.Length - _length < RowBytesMax)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }
    }
}
