using System.Globalization;

namespace Orleans.Runtime;

/// <summary>
/// Integer and GUID keys as text: hexadecimal and 32 digits, each with an optional <c>+extension</c>.
/// </summary>
public static class GrainIdKeyExtensions
{
    public static IdSpan CreateIntegerKey(long key) => CreateIntegerKey(key, (string?)null);

    public static IdSpan CreateIntegerKey(long key, string? keyExtension) =>
        Join(key.ToString("X", CultureInfo.InvariantCulture), keyExtension);

    public static IdSpan CreateGuidKey(Guid key) => CreateGuidKey(key, (string?)null);

    public static IdSpan CreateGuidKey(Guid key, string? keyExtension) => Join(key.ToString("N"), keyExtension);

    public static bool TryGetIntegerKey(this GrainId grainId, out long key) => grainId.TryGetIntegerKey(out key, out _);

    public static bool TryGetIntegerKey(this GrainId grainId, out long key, out string? keyExt) =>
        long.TryParse(Split(grainId, out keyExt), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out key);

    public static bool TryGetGuidKey(this GrainId grainId, out Guid key) => grainId.TryGetGuidKey(out key, out _);

    public static bool TryGetGuidKey(this GrainId grainId, out Guid key, out string? keyExt) =>
        Guid.TryParseExact(Split(grainId, out keyExt), "N", out key);

    private static IdSpan Join(string key, string? extension) =>
        IdSpan.Create(string.IsNullOrWhiteSpace(extension) ? key : $"{key}+{extension}");

    private static ReadOnlySpan<char> Split(GrainId id, out string? extension)
    {
        string key = id.Key.ToString();
        int plus = key.IndexOf('+', StringComparison.Ordinal);
        extension = plus < 0 ? null : key[(plus + 1)..];
        return plus < 0 ? key : key.AsSpan(0, plus);
    }
}
