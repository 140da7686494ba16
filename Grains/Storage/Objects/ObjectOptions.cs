using System.ComponentModel.DataAnnotations;

namespace Turnstile.Grains.Storage.Objects;

/// <summary>Where objects are kept; section <c>Objects</c> of the configuration.</summary>
public sealed class ObjectOptions
{
    public const string Section = "Objects";

    /// <summary>
    /// The folder of the objects, unless <c>Objects:S3:Bucket</c> is set; default <c>./data/objects</c>.
    /// </summary>
    [Required]
    public string Path { get; set; } = "./data/objects";
}
