using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Turnstile.Grains.Widgets.Log;

/// <summary>A file of the log: frames one behind the other. Its name is the number of its first change.</summary>
internal sealed record LogFile(string Path, long First)
{
    private const string Extension = ".log";

    /// <summary>The log files of a folder, in order.</summary>
    public static List<LogFile> In(string folder) =>
    [
        .. from path in Directory.EnumerateFiles(folder, "*" + Extension)
           let name = System.IO.Path.GetFileNameWithoutExtension(path)
           where long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)
           let file = new LogFile(path, long.Parse(name, CultureInfo.InvariantCulture))
           orderby file.First
           select file,
    ];

    public static LogFile Beginning(string folder, long first) => new(
        System.IO.Path.Combine(folder, first.ToString("d20", CultureInfo.InvariantCulture) + Extension), first);

    /// <summary>Reads the file's frames.</summary>
    /// <param name="stored">Changes up to this need no replay.</param>
    /// <param name="isLast">Whether a crash may have cut the file's end.</param>
    /// <param name="room">Where it is read to; replaced where it is too small.</param>
    /// <exception cref="CommitLogException">There is damage that no crash explains.</exception>
    public LogFileContent Read(long stored, bool isLast, ref byte[] room)
    {
        Memory<byte> bytes = ReadAll(ref room);
        var groups = new List<LoggedChanges>();
        int at = 0;
        long next = First;
        while (LogFrame.TryRead(bytes.Span[at..], out LogFrame frame))
        {
            if (frame.First != next)
            {
                throw new CommitLogException(
                    $"The widgets' commit log {Path} goes on with change {frame.First} at byte {at}; change {next} is missing.");
            }

            at += LogFrame.HeaderBytes;
            if (frame.Last > stored)
            {
                groups.Add(new LoggedChanges(bytes.Slice(at, frame.Length), frame.First, frame.Count));
            }

            at += frame.Length;
            next = frame.Last + 1;
        }

        // Zeros are written ahead of the appends. Only the last append can have been cut off, and nothing stands behind it.
        bool hasMore = bytes.Span[at..].ContainsAnyExcept((byte)0);
        if (hasMore && (!isLast || LogFrame.IsIn(bytes.Span[at..])))
        {
            throw new CommitLogException(
                $"The widgets' commit log {Path} is damaged at byte {at}, before change {next}: what was promised behind it "
                + "would be lost. Restore the file, or the database and its log of an earlier time.");
        }

        return new LogFileContent(groups, at, hasMore, next);
    }

    private Memory<byte> ReadAll(ref byte[] room)
    {
        using SafeFileHandle handle = File.OpenHandle(Path);
        int length = checked((int)RandomAccess.GetLength(handle));
        if (room.Length < length)
        {
            room = GC.AllocateUninitializedArray<byte>(length);
        }

        int read = 0;
        while (read < length && RandomAccess.Read(handle, room.AsSpan(read..length), read) is var more and > 0)
        {
            read += more;
        }

        return room.AsMemory(0, read);
    }
}

/// <summary>What was found in a file.</summary>
/// <param name="Groups">The changes that need replay, in order; where the file was read to.</param>
/// <param name="Length">Bytes up to the end of its last whole frame.</param>
/// <param name="IsTorn">Whether something but zeros follows, which an interrupted append left.</param>
/// <param name="Next">The number of the change after its last.</param>
internal readonly record struct LogFileContent(List<LoggedChanges> Groups, long Length, bool IsTorn, long Next);
