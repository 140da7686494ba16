using System.ComponentModel.DataAnnotations;

namespace Turnstile.Grains.Storage.Objects;

/// <summary>A bucket in S3 or in what speaks its protocol; section <c>Objects:S3</c> of the configuration.</summary>
public sealed class S3Options : IValidatableObject
{
    public const string Section = "Objects:S3";

    /// <summary>The bucket; it has to be there. Where it is set, objects are kept in it and not in files.</summary>
    public string? Bucket { get; set; }

    /// <summary>The server, such as <c>http://127.0.0.1:9000</c>; unset means Amazon's of the region.</summary>
    public string? ServiceUrl { get; set; }

    /// <summary>The region; default <c>us-east-1</c>.</summary>
    [Required]
    public string Region { get; set; } = "us-east-1";

    /// <summary>Who writes; unset means the usual ways of AWS: environment, profile, role of the machine.</summary>
    public string? AccessKey { get; set; }

    /// <summary>The secret that belongs to <see cref="AccessKey"/>.</summary>
    public string? SecretKey { get; set; }

    /// <summary>Whether the bucket stands in the path rather than in the host's name; most servers but Amazon's need it.</summary>
    public bool PathStyle { get; set; }

    /// <summary>The server-side encryption asked for: <c>AES256</c>, <c>aws:kms</c> or <c>aws:kms:dsse</c>; unset asks for none.</summary>
    [RegularExpression("AES256|aws:kms|aws:kms:dsse")]
    public string? Encryption { get; set; }

    /// <summary>The key of <c>aws:kms</c>; unset means the account's own.</summary>
    public string? EncryptionKey { get; set; }

    /// <summary>Objects larger than this are sent in parts of this size, 5…1,000 MiB; default 16.</summary>
    [Range(5, 1_000)]
    public int MultipartMegabytes { get; set; } = 16;

    /// <summary>Seconds after which a call is given up, 1…600; default 60.</summary>
    [Range(1, 600)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(AccessKey) != string.IsNullOrEmpty(SecretKey))
        {
            yield return new ValidationResult(
                "Objects:S3:AccessKey and Objects:S3:SecretKey are given together or not at all.",
                [nameof(AccessKey), nameof(SecretKey)]);
        }

        if (ServiceUrl is { Length: > 0 } url
            && !(Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"))
        {
            yield return new ValidationResult(
                $"Objects:S3:ServiceUrl is '{url}', which is no address of a web server.", [nameof(ServiceUrl)]);
        }
    }
}
