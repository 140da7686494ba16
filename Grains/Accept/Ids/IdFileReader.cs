namespace Turnstile.Grains.Accept.Ids;

/// <summary>Reads a file of ids frame by frame.</summary>
internal sealed class IdFileReader : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private readonly FileStream _file;
    private readonly long _minute;
    private byte[] _frame = new byte[1 << 10];

    /// <param name="path">The file.</param>
    /// <param name="minute">Whose ids it holds.</param>
    /// <param name="from">Where a frame begins.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public IdFileReader(string path, long minute, long from = 0)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferBytes);
        _file.Position = from;
        _minute = minute;
        Position = from;
    }

    /// <summary>Where the last whole frame ends that was read.</summary>
    public long Position { get; private set; }

    /// <summary>The next frame, valid until the one after it is read; empty where no whole one begins before the end.</summary>
    public ReadOnlySpan<byte> Next(long end)
    {
        end = Math.Min(end, _file.Length);
        _file.Position = Position;
        if (end - Position < IdFrame.HeaderBytes)
            return default;
        _file.ReadExactly(_frame, 0, IdFrame.HeaderBytes);
        long behind = IdFrame.LengthBehind(_frame, _minute);
        if (behind < 0 || behind > Math.Min(end - Position, Array.MaxLength) - IdFrame.HeaderBytes)
            return default;

        int length = IdFrame.HeaderBytes + (int)behind;
        if (_frame.Length < length)
            Array.Resize(ref _frame, Math.Max(length, _frame.Length * 2));
        _file.ReadExactly(_frame, IdFrame.HeaderBytes, (int)behind);
        if (!IdFrame.IsWhole(_frame.AsSpan(0, length)))
            return default;
        Position += length;
        return _frame.AsSpan(0, length);
    }

    /// <summary>
    /// Whether something but the zeros that are written ahead follows the last frame: what an interrupted append left.
    /// </summary>
    /// <exception cref="IdsDamagedException">
    /// A whole frame stands behind it: only the last append can have been interrupted.
    /// </exception>
    public bool CheckEnd()
    {
        _file.Position = Position;
        byte[] rest = new byte[_file.Length - Position];
        _file.ReadExactly(rest);
        if (!rest.AsSpan().ContainsAnyExcept((byte)0))
            return false;
        return !IdFrame.IsIn(rest, _minute) ? true : throw new IdsDamagedException(
            $"The ids in {_file.Name} are damaged at byte {Position}: what was answered as counted behind it would be lost. "
            + "Restore the file, or the database and its folders of an earlier time.");
    }

    public void Dispose() => _file.Dispose();
}
