using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using Microsoft.Extensions.Options;

namespace Turnstile.Grains.Storage.Objects;

/// <summary>Objects in a bucket. Large ones are sent in parts and appear when the last one has arrived.</summary>
internal sealed class S3ObjectStore : ObjectStore, IDisposable
{
    private const long Megabyte = 1 << 20;

    private readonly S3Options _options;
    private readonly AmazonS3Client _client;
    private readonly TransferUtility _transfers;

    public S3ObjectStore(IOptions<S3Options> options)
    {
        _options = options.Value;
        _client = Connect(_options);
        _transfers = new TransferUtility(_client, new TransferUtilityConfig
        {
            MinSizeBeforePartUpload = (_options.MultipartMegabytes * Megabyte) + 1,
        });
    }

    /// <inheritdoc/>
    public override async Task Write(
        string key, ReadOnlyMemory<byte> content, CancellationToken cancellation = default)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        var upload = new TransferUtilityUploadRequest
        {
            BucketName = _options.Bucket,
            Key = key,
            InputStream = stream,
            AutoCloseStream = false,
            ContentType = "text/plain",
            PartSize = Math.Max(5, _options.MultipartMegabytes) * Megabyte,
        };
        if (_options.Encryption is { Length: > 0 } encryption)
        {
            upload.ServerSideEncryptionMethod = encryption;
            upload.ServerSideEncryptionKeyManagementServiceKeyId = _options.EncryptionKey;
        }

        await Guard(key, () => _transfers.UploadAsync(upload, cancellation));
    }

    public void Dispose()
    {
        _transfers.Dispose();
        _client.Dispose();
    }

    protected override async Task<byte[]?> Load(string key, CancellationToken cancellation)
    {
        byte[]? content = null;
        try
        {
            await Guard(key, async () =>
            {
                using GetObjectResponse answer = await _client.GetObjectAsync(_options.Bucket, key, cancellation);
                using var copy = new MemoryStream((int)Math.Max(0, answer.ContentLength));
                await answer.ResponseStream.CopyToAsync(copy, cancellation);
                content = copy.Length == copy.Capacity ? copy.GetBuffer() : copy.ToArray();
            });
            return content;
        }
        catch (StorageUnavailableException e)
            when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound, ErrorCode: "NoSuchKey" })
        {
            return null;
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
    /// Whatever the client throws means that nothing is known of the object, but for its own cancellation.
    /// </summary>
    private static async Task Guard(string key, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
        {
            throw new StorageUnavailableException($"The object {key} cannot be reached: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException)
        {
            throw new StorageUnavailableException($"The object {key} was not reached in time.", e);
        }
    }
}
