using System.Globalization;
using Microsoft.Extensions.Logging;
using Turnstile.Grains.Storage.Files;

namespace Turnstile.Grains.Accept.Ids;

/// <summary>
/// The ids of one minute in a file: frames one behind the other, its name is the minute. One thread appends; anybody may read what
/// was appended.
/// </summary>
internal sealed class IdFile : IDisposable
{
    private const string Extension = ".ids";

    // What a read takes at a time.
    private const int ReadBytes = 1 << 20;

    private readonly string _path;
    private readonly AppendFile _file;
    private byte[] _buffer = [];
    private long _length;
    private long _ids;

    private IdFile(string path, long minute, AppendFile file)
    {
        _path = path;
        _file = file;
        Minute = minute;
    }

    public long Minute { get; }

    /// <summary>Ids on disk, those of two batches counted twice.</summary>
    public long Ids => Volatile.Read(ref _ids);

    /// <summary>The minutes that have a file in the folder.</summary>
    public static List<long> MinutesIn(string folder) =>
    [
        .. from path in Directory.EnumerateFiles(folder, "*" + Extension)
           let name = Path.GetFileNameWithoutExtension(path)
           where long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)
           select long.Parse(name, CultureInfo.InvariantCulture) into minute
           orderby minute
           select minute,
    ];

    public static IdFile Begin(string folder, long minute)
    {
        string path = PathOf(folder, minute);
        return new IdFile(path, minute, AppendFile.Begin(path));
    }

    /// <summary>Opens a file that a process before this one left. A torn end, which was never answered, is cut off.</summary>
    /// <exception cref="IdsDamagedException">There is damage that no crash explains.</exception>
    public static IdFile Open(string folder, long minute, ILogger logger)
    {
        string path = PathOf(folder, minute);
        long ids = 0;
        long length;
        using (var reader = new IdFileReader(path, minute))
        {
            while (reader.Next(long.MaxValue) is { IsEmpty: false } frame)
                ids += IdFrame.Count(frame);
            length = reader.Position;
            if (reader.CheckEnd())
                logger.LogWarning("The end of {File} is cut off at byte {Length}: ids that were never answered.", path, length);
        }

        return new IdFile(path, minute, AppendFile.Open(path, length)) { _length = length, _ids = ids };
    }

    /// <summary>When it returns, the batches are on disk.</summary>
    /// <exception cref="IOException">They cannot be written; see <see cref="AppendFile.Append"/>.</exception>
    public void Append(IReadOnlyCollection<IdBatch> batches)
    {
        int length = IdFrame.LengthOf(batches);
        if (_buffer.Length < length)
            _buffer = new byte[Math.Max(length, _buffer.Length * 2)];
        IdFrame.Write(_buffer.AsSpan(0, length), Minute, batches);
        _file.Append(_buffer.AsSpan(0, length));
        Volatile.Write(ref _length, _file.Length);
        Volatile.Write(ref _ids, _ids + batches.Sum(batch => (long)batch.Ids.Length));
    }

    /// <summary>
    /// Some of the batches, from a byte on: of one shard, or of all. None where the file was deleted meanwhile.
    /// </summary>
    /// <returns>The batches, and where the next ones begin; -1 at the end.</returns>
    public (List<StoredBatch> Batches, long Next) Read(long from, long? shard)
    {
        long end = Volatile.Read(ref _length);
        long stop = Math.Min(end, from + ReadBytes);
        var batches = new List<StoredBatch>();
        try
        {
            using var reader = new IdFileReader(_path, Minute, from);
            while (reader.Position < stop)
            {
                ReadOnlySpan<byte> frame = reader.Next(end);
                if (frame.IsEmpty)
                    throw new IdsDamagedException($"The ids in {_path} cannot be read from byte {reader.Position} on.");
                batches.AddRange(IdFrame.Read(frame, Minute).Where(batch => shard is null || batch.Shard == shard));
            }

            return (batches, reader.Position < end ? reader.Position : -1);
        }
        catch (FileNotFoundException)
        {
            return ([], -1);
        }
    }

    /// <summary>Deletes the file of a minute that is not open.</summary>
    public static void Delete(string folder, long minute) => File.Delete(PathOf(folder, minute));

    public void Delete()
    {
        _file.Dispose();
        File.Delete(_path);
    }

    public void Dispose() => _file.Dispose();

    private static string PathOf(string folder, long minute) =>
        Path.Combine(folder, minute.ToString("d12", CultureInfo.InvariantCulture) + Extension);
}
