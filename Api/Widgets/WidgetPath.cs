using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Turnstile.Grains.Widgets;

namespace Turnstile.Api.Widgets;

/// <summary>
/// Serial numbers in paths: <c>/widgets/{serial}</c>, percent-encoded, so that slashes, percent signs and every other character of
/// a serial number can stand there.
/// </summary>
internal static class WidgetPath
{
    // "/widgets/{serial}": the segment after the second slash.
    private const int SerialSegment = 2;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Of(string serial) => $"/widgets/{Uri.EscapeDataString(serial)}";

    /// <param name="context">The request.</param>
    /// <param name="segment">The segment as the server has decoded it.</param>
    /// <param name="serial">The serial number that was asked for.</param>
    /// <param name="fault">Why there cannot be such a widget.</param>
    public static bool TryRead(
        HttpContext context, string segment, out string serial, [NotNullWhen(false)] out string? fault)
    {
        // The server leaves encoded slashes as they are, and then nobody can tell them from encoded percent signs: with
        // a percent sign in it, the path is read as the client sent it.
        if (!segment.Contains('%'))
        {
            serial = segment;
            fault = WidgetText.SerialFault(serial);
            return fault is null;
        }

        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (Segment(target) is not { } raw || !TryDecode(raw, out serial!))
        {
            serial = segment;
            fault = "Must be percent-encoded UTF-8, in a path without dot segments.";
            return false;
        }

        fault = WidgetText.SerialFault(serial);
        return fault is null;
    }

    private static string? Segment(string target)
    {
        string path = target.Split('?', 2)[0];
        if (!path.StartsWith('/') && Uri.TryCreate(path, UriKind.Absolute, out Uri? absolute))
        {
            path = path[(path.IndexOf(absolute.Authority, StringComparison.Ordinal) + absolute.Authority.Length)..];
        }

        string[] segments = path.Split('/');
        return segments.Length > SerialSegment && !segments.Any(IsDots) ? segments[SerialSegment] : null;
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
