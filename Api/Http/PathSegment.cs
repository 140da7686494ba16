using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Turnstile.Api.Http;

/// <summary>
/// Names in paths, such as <c>/widgets/{serial}</c>: percent-encoded, so that slashes, percent signs and every other character can
/// stand in them.
/// </summary>
internal static class PathSegment
{
    public const string Fault = "Must be percent-encoded UTF-8, in a path without dot segments.";

    // "/widgets/{serial}", "/callers/{caller}": the segment after the second slash.
    private const int Place = 2;

    private const string BeforeHost = "://";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The name that stands in the second segment of the path.</summary>
    /// <param name="context">The request.</param>
    /// <param name="decoded">The segment as the server has decoded it.</param>
    /// <param name="name">The name that is meant.</param>
    /// <returns>False where it is not well encoded.</returns>
    public static bool TryRead(HttpContext context, string decoded, [NotNullWhen(true)] out string? name)
    {
        // The server leaves encoded slashes as they are, and then nobody can tell them from encoded percent signs: with
        // a percent sign in it, the path is read as the client sent it.
        if (!decoded.Contains('%'))
        {
            name = decoded;
            return true;
        }

        name = null;
        return Segment(context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "") is { } raw && TryDecode(raw, out name);
    }

    private static string? Segment(string target)
    {
        string path = target.Split('?', 2)[0];
        if (!path.StartsWith('/'))
        {
            // As proxies are asked: scheme and host stand before the path.
            int scheme = path.IndexOf(BeforeHost, StringComparison.Ordinal);
            int start = scheme < 0 ? -1 : path.IndexOf('/', scheme + BeforeHost.Length);
            path = start < 0 ? "" : path[start..];
        }

        string[] segments = path.Split('/');
        return segments.Length > Place && !segments.Any(IsDots) ? segments[Place] : null;
    }

    private static bool IsDots(string segment) =>
        segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..";

    private static bool TryDecode(string raw, [NotNullWhen(true)] out string? text)
    {
        var bytes = new ArrayBufferWriter<byte>(raw.Length);
        text = null;
        for (int i = 0; i < raw.Length; i++)
        {
            byte one = (byte)raw[i];
            if (raw[i] > '~'
                || (raw[i] == '%'
                    && (i + 2 >= raw.Length
                        || !byte.TryParse(raw.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out one))))
            {
                return false;
            }

            i += raw[i] == '%' ? 2 : 0;
            bytes.Write([one]);
        }

        try
        {
            text = Utf8.GetString(bytes.WrittenSpan);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
