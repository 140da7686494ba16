using System.ComponentModel.DataAnnotations;

namespace Turnstile.Grains.Accept.Writers;

/// <summary>The file of records; section <c>Accept:File</c>.</summary>
public sealed class FileWriterOptions
{
    /// <summary>
    /// The file; its folder is created. Default <c>./data/accept.jsonl</c>. Older ones stand beside it: <c>accept.1.jsonl</c>, …
    /// </summary>
    [Required]
    public string Path { get; set; } = "./data/accept.jsonl";

    /// <summary>
    /// Bytes at which the file is put aside and a new one begun, 1,024…1 TB; default 64 MiB, two years of minutes.
    /// </summary>
    [Range(1024, 1_000_000_000_000)]
    public long BytesMax { get; set; } = 64 << 20;

    /// <summary>Files put aside that are kept, 0…10,000; default 10.</summary>
    [Range(0, 10_000)]
    public int FilesMax { get; set; } = 10;
}
