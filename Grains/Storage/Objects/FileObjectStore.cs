using Microsoft.Extensions.Options;
using Turnstile.Grains.Storage.Files;

namespace Turnstile.Grains.Storage.Objects;

/// <summary>
/// Objects as files in a folder. Each is written beside its place, synced, and moved there, so that a crash leaves the
/// old one or the new one.
/// </summary>
internal sealed class FileObjectStore(IOptions<ObjectOptions> options) : ObjectStore
{
    private const string PartSuffix = ".part";

    // Ends with one separator, whether it was given with one or not.
    private readonly string _folder = Path.GetFullPath(options.Value.Path + Path.DirectorySeparatorChar);

    /// <inheritdoc/>
    public override Task Write(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation = default) =>
        Task.Run(() => Guard(key, () => Save(PathOf(key), content)), cancellation);

    protected override Task<byte[]?> Load(string key, CancellationToken cancellation) =>
        Task.Run(() => Guard(key, () => Find(PathOf(key))), cancellation);

    private static bool Save(string path, ReadOnlyMemory<byte> content)
    {
        string folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            FolderSync.Run(Path.GetDirectoryName(folder)!);
        }

        string part = path + PartSuffix;
        try
        {
            using (var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                file.Write(content.Span);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
        }
        catch
        {
            // A disk that is full has no room for half of what nobody may ever ask for again.
            File.Delete(part);
            throw;
        }

        FolderSync.Run(folder);
        return true;
    }

    private static byte[]? Find(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static T Guard<T>(string key, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException($"The object {key} cannot be reached: {e.Message}", e);
        }
    }

    /// <exception cref="ArgumentException">The key leads out of the folder.</exception>
    private string PathOf(string key)
    {
        string path = Path.GetFullPath(Path.Combine(_folder, key));
        return path.StartsWith(_folder, StringComparison.Ordinal)
            ? path
            : throw new ArgumentException($"'{key}' is no key of an object.", nameof(key));
    }
}
