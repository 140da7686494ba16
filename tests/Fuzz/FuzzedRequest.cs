using System.Text;

namespace Turnstile.Fuzz;

/// <summary>A request as bytes, and how they are sent.</summary>
/// <param name="Operation">What it was made from.</param>
/// <param name="Method">The method that it names.</param>
/// <param name="Bytes">All of it, head and body.</param>
/// <param name="Delivery">How the bytes are sent.</param>
public sealed record FuzzedRequest(Operation Operation, string Method, byte[] Bytes, Delivery Delivery)
{
    /// <summary>Its head and its length are as HTTP wants them: it has to be answered.</summary>
    public bool IsHttp { get; init; }

    /// <summary>It names its operation and no other: the contract says how it may be answered.</summary>
    public bool IsOfOperation { get; init; }

    /// <summary>What a person needs to send it again.</summary>
    public override string ToString() =>
        $"{Delivery}: {Encoding.Latin1.GetString(Bytes, 0, Math.Min(Bytes.Length, 1_500)).ReplaceLineEndings("\\n")}";
}

public enum Delivery
{
    /// <summary>At once.</summary>
    Whole,

    /// <summary>In pieces that come one by one.</summary>
    Pieces,

    /// <summary>In pieces with pauses between them, as over a bad line.</summary>
    Slow,

    /// <summary>A part; then the sender says that no more comes.</summary>
    Truncated,

    /// <summary>A part; then the sender is gone.</summary>
    Aborted,
}
