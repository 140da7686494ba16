using System.Text.Json;

namespace Turnstile.Api.Http;

/// <summary>What a <see cref="Utf8JsonReader"/> throws at bytes that a client has sent.</summary>
internal static class JsonFaults
{
    /// <summary>
    /// They are not JSON; or they are, with text in them that is no Unicode, such as half of a surrogate pair.
    /// </summary>
    public static bool IsBadJson(this Exception fault) => fault is JsonException or InvalidOperationException;
}
