using Microsoft.Extensions.Options;
using Turnstile.Grains.Storage.Files;

namespace Turnstile.Grains.Events;

/// <summary>Where final events go: stdout, a file, or nowhere. Two processes with one file would write over each other's lines.</summary>
internal sealed class OutputSink(IOptions<EventsOptions> options) : IDisposable
{
    private const string Stdout = "stdout";
    private const string Nowhere = "none";

    private Stream _stream = Stream.Null;

    // Held while the file is open; the file itself may be read by others.
    private FileStream? _lock;

    /// <summary>The file's full path; null where it is no file.</summary>
    public string? Path { get; } =
        options.Value.Output is Stdout or Nowhere ? null : System.IO.Path.GetFullPath(options.Value.Output);

    /// <summary>Bytes of the file that are known to be written.</summary>
    public long Length { get; private set; }

    /// <param name="recorded">The length recorded last; what a file has beyond it was cut off by a crash. Null for a
    /// new file.</param>
    /// <exception cref="InvalidOperationException">Another process has it.</exception>
    public void Open(long? recorded)
    {
        if (Path is null)
        {
            _stream = options.Value.Output == Stdout ? Console.OpenStandardOutput() : Stream.Null;
            return;
        }

        string folder = System.IO.Path.GetDirectoryName(Path)!;
        Directory.CreateDirectory(folder);
        _lock = Lock(Path);
        bool isNew = !File.Exists(Path);

        // Without a buffer: what a full disk has left in one would be written once more at the end, and fail it.
        _stream = new FileStream(
            Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (isNew)
        {
            FolderSync.Run(folder);
        }

        Length = Math.Min(recorded ?? _stream.Length, _stream.Length);
    }

    /// <summary>Writes the steps; a file is on disk when it returns.</summary>
    public Task Write(IReadOnlyList<StepRow> steps)
    {
        if (Path is null)
        {
            // The console's logger holds this lock for a line, so that no log line lands in the middle of an event.
            lock (Console.Out)
            {
                WriteAll(steps);
                _stream.Flush();
            }

            return Task.CompletedTask;
        }

        // Who keeps files of logs small may have cut it back: what it lacks would become zeros.
        var file = (FileStream)_stream;
        Length = Math.Min(Length, file.Length);
        file.SetLength(Length);
        file.Position = Length;
        WriteAll(steps);
        file.Flush(flushToDisk: true);
        Length = file.Position;
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _lock?.Dispose();
    }

    private static FileStream? Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException)
        {
            // Beside a device nothing can be made.
            return null;
        }
        catch (IOException e)
        {
            throw new InvalidOperationException(
                $"Final events cannot be written to {path}: {e.Message} Each process needs an Events:Output of its own.", e);
        }
    }

    private void WriteAll(IReadOnlyList<StepRow> steps)
    {
        foreach (StepRow step in steps)
        {
            _stream.Write(step.Lines);
        }
    }
}
