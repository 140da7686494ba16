using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace Turnstile.Grains.Storage.Objects;

/// <summary>Objects in a bucket. Large ones are sent in parts and appear when the last one has arrived.</summary>
internal sealed class S3ObjectStore : ObjectStore, IDisposable
{
    private const int Megabyte = 1 << 20;
    private const string ContentType = "text/plain";

    private readonly S3Options _options;
    private readonly AmazonS3Client _client;
    private readonly int _partLength;

    public S3ObjectStore(IOptions<S3Options> options)
    {
        _options = options.Value;
        _client = Connect(_options);
        _partLength = _options.MultipartMegabytes * Megabyte;
    }

    /// <inheritdoc/>
    public override Task Write(
        string key, ReadOnlyMemory<byte> content, CancellationToken cancellation = default) =>
        Guard(
            key,
            () => content.Length > _partLength ? SendParts(key, content, cancellation) : Send(key, content, cancellation),
            cancellation);

    public void Dispose() => _client.Dispose();

    protected override async Task<byte[]?> Load(string key, CancellationToken cancellation)
    {
        byte[]? content = null;
        try
        {
            await Guard(
                key,
                async () =>
                {
                    using GetObjectResponse answer = await _client.GetObjectAsync(_options.Bucket, key, cancellation);
                    using var copy = new MemoryStream(checked((int)Math.Max(0, answer.ContentLength)));
                    await answer.ResponseStream.CopyToAsync(copy, cancellation);
                    content = copy.Length == copy.Capacity ? copy.GetBuffer() : copy.ToArray();
                },
                cancellation);
            return content;
        }
        catch (StorageUnavailableException e)
            when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound, ErrorCode: "NoSuchKey" })
        {
            return null;
        }
    }

    private static MemoryStream StreamOf(ReadOnlyMemory<byte> content) => new(content.ToArray(), writable: false);

    private async Task Send(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        using MemoryStream stream = StreamOf(content);
        var put = new PutObjectRequest
        {
            BucketName = _options.Bucket,
            Key = key,
            InputStream = stream,
            ContentType = ContentType,
            // Framed bodies are stored as they come by servers that do not know them.
            UseChunkEncoding = false,
        };
        if (_options.Encryption is { Length: > 0 } encryption)
        {
            put.ServerSideEncryptionMethod = encryption;
            put.ServerSideEncryptionKeyManagementServiceKeyId = _options.EncryptionKey;
        }

        await _client.PutObjectAsync(put, cancellation);
    }

    private async Task SendParts(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var begin = new InitiateMultipartUploadRequest
        {
            BucketName = _options.Bucket, Key = key, ContentType = ContentType,
        };
        if (_options.Encryption is { Length: > 0 } encryption)
        {
            begin.ServerSideEncryptionMethod = encryption;
            begin.ServerSideEncryptionKeyManagementServiceKeyId = _options.EncryptionKey;
        }

        string upload = (await _client.InitiateMultipartUploadAsync(begin, cancellation)).UploadId;
        try
        {
            var parts = new List<PartETag>();
            for (int offset = 0; offset < content.Length; offset += _partLength)
            {
                int length = Math.Min(_partLength, content.Length - offset);
                using MemoryStream stream = StreamOf(content.Slice(offset, length));
                UploadPartResponse part = await _client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = _options.Bucket,
                        Key = key,
                        UploadId = upload,
                        PartNumber = parts.Count + 1,
                        PartSize = length,
                        InputStream = stream,
                        UseChunkEncoding = false,
                    },
                    cancellation);
                parts.Add(new PartETag(parts.Count + 1, part.ETag));
            }

            await _client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest
                {
                    BucketName = _options.Bucket, Key = key, UploadId = upload, PartETags = parts,
                },
                cancellation);
        }
        catch
        {
            // Parts of what is never completed are paid for until they are dropped.
            await Abort(key, upload);
            throw;
        }
    }

    private async Task Abort(string key, string upload)
    {
        try
        {
            await _client.AbortMultipartUploadAsync(_options.Bucket, key, upload);
        }
        catch (Exception)
        {
            // The failure that led here is what is told; the bucket's lifecycle rules drop what is left.
        }
    }

    private static AmazonS3Client Connect(S3Options options)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle,
            Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
            // Servers that only speak S3's protocol often do not know its newer checksums; ours is checked on reading.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.ServiceUrl is { Length: > 0 } url)
        {
            config.ServiceURL = url;
            config.AuthenticationRegion = options.Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        return options.AccessKey is { Length: > 0 } key
            ? new AmazonS3Client(new BasicAWSCredentials(key, options.SecretKey), config)
            : new AmazonS3Client(config);
    }

    /// <summary>
    /// Whatever is thrown means that nothing is known of the object, be it an answer that the client cannot read, but for the caller's own
    /// cancellation.
    /// </summary>
    private static async Task Guard(string key, Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            throw new StorageUnavailableException($"The object {key} cannot be reached: {e.Message}", e);
        }
    }
}
