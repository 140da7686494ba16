using Microsoft.Extensions.Logging;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Storage.Files;

namespace Turnstile.Grains.Widgets.Log;

/// <summary>
/// The log where a SQLite file is the database: files in a folder beside it, which belongs to the process that has the database. Each
/// append is synced. At the start a torn end is cut off; any other damage stops the start.
/// </summary>
internal sealed class FileCommitLog(string folder, int fileBytes, ILogger logger) : ICommitLog
{
    private readonly DiskThread _disk = new("widgets' log");

    // Appending may begin a file while the tables' progress deletes others.
    private readonly Lock _gate = new();

    // Those before the one that is appended to; oldest first.
    private readonly Queue<(LogFile File, long Bytes)> _full = new();
    private LogFile? _file;
    private AppendFile? _open;

    // What is appended to the last file, for whoever asks meanwhile.
    private long _length;

    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _full.Sum(full => full.Bytes) + Volatile.Read(ref _length);
            }
        }
    }

    public Task<long> Recover(long stored, Action<LoggedChanges> replay) => Task.Run(() =>
    {
        List<LogFile> files = FindFiles(stored);
        while (files.Count > 1 && files[1].First <= stored + 1)
        {
            File.Delete(files[0].Path);
            files.RemoveAt(0);
        }

        if (files.Count > 0 && files[0].First > stored + 1)
        {
            throw new CommitLogException(
                $"The widgets' tables end with change {stored} and their commit log {folder} begins with {files[0].First}: "
                + "changes between them are missing. Restore the database and the log of the same time.");
        }

        long next = files.Count > 0 ? Read(files, stored, replay) : stored + 1;
        if (files.Count == 0 || next <= stored)
        {
            Begin(Math.Max(next, stored + 1));
        }

        return Math.Max(next - 1, stored);
    });

    public Task Append(ReadOnlyMemory<byte> frame, long first, long last) => _disk.Run(() =>
    {
        try
        {
            if (_open is null || _open.Length >= fileBytes)
            {
                Begin(first);
            }

            _open!.Append(frame.Span);
            Volatile.Write(ref _length, _open.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException($"The widgets' commit log {folder} cannot be written: {e.Message}", e);
        }
    });

    public Task Trim(long stored)
    {
        lock (_gate)
        {
            // A file ends where the next one begins. One that cannot be deleted now is not forgotten.
            while (_full.Count > 0 && (_full.Count > 1 ? _full.ElementAt(1).File : _file!).First <= stored + 1)
            {
                File.Delete(_full.Peek().File.Path);
                _full.Dequeue();
            }
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _disk.DisposeAsync();
        _open?.Dispose();
        _open = null;
    }

    private List<LogFile> FindFiles(long stored)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            FolderSync.Run(Path.GetDirectoryName(folder)!);
        }

        // The file that is appended to is never deleted.
        List<LogFile> files = LogFile.In(folder);
        return files.Count > 0 || stored == 0 ? files : throw new CommitLogException(
            $"The widgets' commit log {folder} is gone: what was promised last was in it alone, and the tables without it may hold "
            + "connections with one end. Restore the folder and the database of the same time.");
    }

    /// <summary>Reads the files from the last to the first, and changes nothing before all of them were found whole.</summary>
    /// <returns>The number of the change after the last.</returns>
    private long Read(List<LogFile> files, long stored, Action<LoggedChanges> replay)
    {
        var lengths = new Stack<long>();
        LogFileContent end = default;
        byte[] room = [];
        for (int i = files.Count - 1; i >= 0; i--)
        {
            bool isLast = i == files.Count - 1;
            LogFileContent content = files[i].Read(stored, isLast, ref room);
            if (!isLast && content.Next != files[i + 1].First)
            {
                throw new CommitLogException(
                    $"The widgets' commit log goes on with {files[i + 1].Path}; "
                    + $"the file that begins with change {content.Next} is missing.");
            }

            for (int group = content.Groups.Count - 1; group >= 0; group--)
            {
                replay(content.Groups[group]);
            }

            lengths.Push(content.Length);
            end = isLast ? content with { Groups = [] } : end;
        }

        files[..^1].ForEach(file => _full.Enqueue((file, lengths.Pop())));
        _file = files[^1];
        if (end.IsTorn)
        {
            logger.LogWarning(
                "The end of {File} is cut off at byte {Length}: a group of changes that was never answered.", _file.Path, end.Length);
        }

        _open = AppendFile.Open(_file.Path, end.Length);
        _length = end.Length;
        return end.Next;
    }

    private void Begin(long first)
    {
        LogFile file = LogFile.Beginning(folder, first);
        var open = AppendFile.Begin(file.Path);
        _open?.Dispose();
        _open = open;
        lock (_gate)
        {
            if (_file is not null && _file.First != first)
            {
                _full.Enqueue((_file, _length));
            }

            _file = file;
            _length = 0;
        }
    }
}
