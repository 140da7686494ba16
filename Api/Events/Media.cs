namespace Turnstile.Api.Events;

/// <summary>The media types in which events come.</summary>
internal static class Media
{
    public const string Json = "application/json";

    public const string Protobuf = "application/x-protobuf";

    /// <summary>Whether it is protobuf by any of its names; parameters do not matter.</summary>
    public static bool IsProtobuf(string? contentType) => contentType?.Split(';')[0].Trim() is { } media
        && (media.Equals(Protobuf, StringComparison.OrdinalIgnoreCase)
            || media.Equals("application/protobuf", StringComparison.OrdinalIgnoreCase)
            || media.Equals("application/vnd.google.protobuf", StringComparison.OrdinalIgnoreCase));
}
