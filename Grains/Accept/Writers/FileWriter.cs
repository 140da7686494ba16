using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnstile.Accept;
using Turnstile.Grains.Storage.Files;

namespace Turnstile.Grains.Accept.Writers;

/// <summary>
/// Appends records to a file, a line each, exactly once: every append is synced, and what the file ends with says where to go on,
/// whatever crashed. A line that a crash cut short is removed.
/// </summary>
internal sealed class FileWriter(IOptions<AcceptOptions> options, ILogger<FileWriter> logger) : IRecordWriter
{
    public const string WriterName = "file";

    // No record is longer; so much of the file's end holds its last one.
    private const int TailBytes = 4096;

    private readonly FileWriterOptions _options = options.Value.File;

    // The last minute in the file, once it was looked up.
    private long? _last;

    // Where the file ended before an append that failed: what it can be read to have behind that need not be on disk, and a later
    // sync would not tell.
    private long? _certain;

    public string Name => WriterName;

    /// <summary>Has the file on disk.</summary>
    internal Action<FileStream> Sync { get; init; } = file => file.Flush(flushToDisk: true);

    private string Folder => Path.GetDirectoryName(Path.GetFullPath(_options.Path))!;

    /// <exception cref="InvalidOperationException">The folder cannot be made or the file cannot be written.</exception>
    public void Check()
    {
        try
        {
            using FileStream file = Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"Records cannot be written to {Path.GetFullPath(_options.Path)}: {e.Message} Set Accept:File:Path.", e);
        }
    }

    public Task Write(IReadOnlyList<MinuteRecord> records, CancellationToken stop = default)
    {
        try
        {
            long last = _last ??= Repair();
            List<MinuteRecord> missing = [.. records.Where(record => record.Minute > last)];
            if (missing.Count < records.Count)
                logger.LogInformation("{Records} records are in {Path} already.", records.Count - missing.Count, _options.Path);
            if (missing.Count > 0)
                Append(missing);
            return Task.CompletedTask;
        }
        catch
        {
            // Half of an append may be in the file.
            _last = null;
            throw;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Append(List<MinuteRecord> records)
    {
        using FileStream file = Open();
        _certain = file.Seek(0, SeekOrigin.End);
        foreach (MinuteRecord record in records)
        {
            file.Write(RecordJson.Write(record));
            file.WriteByte((byte)'\n');
        }

        Sync(file);
        _certain = null;
        _last = records[^1].Minute;
        if (file.Length >= _options.BytesMax)
        {
            file.Dispose();
            Rotate();
        }
    }

    /// <summary>Cuts a line without an end off, and what an append has left that failed.</summary>
    /// <returns>
    /// The last minute of the file, or of the one put aside last where it is empty; 0 where there is none.
    /// </returns>
    private long Repair()
    {
        using (FileStream file = Open())
        {
            if (_certain < file.Length)
                file.SetLength(_certain.Value);
            byte[] tail = ReadTail(file);
            int end = tail.AsSpan().LastIndexOf((byte)'\n') + 1;
            if (end < tail.Length)
            {
                logger.LogWarning("{Path} ended within a line, which is removed.", _options.Path);
                file.SetLength(file.Length - (tail.Length - end));
            }

            // A process before this one may have ended between its append and the sync.
            Sync(file);
            _certain = null;
            if (LastMinute(tail.AsSpan(0, end)) is { } minute)
                return minute;
        }

        if (!File.Exists(PathOf(1)))
            return 0;
        using var aside = new FileStream(PathOf(1), FileMode.Open, FileAccess.Read);
        return LastMinute(ReadTail(aside)) ?? 0;
    }

    private static byte[] ReadTail(FileStream file)
    {
        byte[] tail = new byte[Math.Min(file.Length, TailBytes)];
        file.Seek(-tail.Length, SeekOrigin.End);
        file.ReadExactly(tail);
        return tail;
    }

    private static long? LastMinute(ReadOnlySpan<byte> tail)
    {
        long? minute = null;
        foreach (Range line in tail.Split((byte)'\n'))
            minute = RecordJson.ReadMinute(tail[line]) ?? minute;
        return minute;
    }

    private void Rotate()
    {
        for (int number = _options.FilesMax; number >= 1; number--)
        {
            string from = PathOf(number - 1);
            if (File.Exists(from))
                File.Move(from, PathOf(number), overwrite: true);
        }

        if (_options.FilesMax == 0)
            File.Delete(_options.Path);
        FolderSync.Run(Folder);
    }

    private string PathOf(int number) => number == 0
        ? _options.Path
        : Path.ChangeExtension(_options.Path, $"{number}{Path.GetExtension(_options.Path)}");

    private FileStream Open()
    {
        Directory.CreateDirectory(Folder);
        bool isNew = !File.Exists(_options.Path);
        var file = new FileStream(_options.Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        if (isNew)
            FolderSync.Run(Folder);
        return file;
    }
}
