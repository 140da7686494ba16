using System.Security.Cryptography;

namespace Turnstile.Grains.Storage.Objects;

/// <summary>
/// Keeps contents too large for a row, by key: in files, or in S3 and what speaks its protocol. An object is written
/// whole and checked whenever it is read.
/// </summary>
public abstract class ObjectStore
{
    /// <summary>
    /// Stores the content, in place of whatever the key had; readers see the old or the new, never a part. It is on
    /// disk when the task completes. One writer a key at a time.
    /// </summary>
    /// <exception cref="StorageUnavailableException">It may or may not be stored.</exception>
    public abstract Task Write(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation = default);

    /// <summary>Reads an object and compares it with its checksum.</summary>
    /// <param name="key">Which object.</param>
    /// <param name="sha256">What it has to be: SHA-256 in lower-case hexadecimal.</param>
    /// <param name="cancellation">Gives up the reading.</param>
    /// <exception cref="StorageUnavailableException">The store is away: nothing is known about the object.</exception>
    public async Task<ObjectReading> Read(string key, string sha256, CancellationToken cancellation = default)
    {
        if (await Load(key, cancellation) is not { } content)
            return new ObjectReading.Missing();

        string found = await Task.Run(() => Convert.ToHexStringLower(SHA256.HashData(content)), cancellation);
        return found == sha256 ? new ObjectReading.Whole(content) : new ObjectReading.Damaged(found, content.Length);
    }

    /// <returns>Null where there is no such object.</returns>
    protected abstract Task<byte[]?> Load(string key, CancellationToken cancellation);
}

/// <summary>What was found when an object was read.</summary>
public abstract record ObjectReading
{
    /// <summary>The content, as it was written.</summary>
    public sealed record Whole(ReadOnlyMemory<byte> Content) : ObjectReading;

    /// <summary>There is no such object.</summary>
    public sealed record Missing : ObjectReading;

    /// <summary>The object is not what was written.</summary>
    public sealed record Damaged(string Sha256, long Length) : ObjectReading;
}
