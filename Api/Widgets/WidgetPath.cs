using System.Diagnostics.CodeAnalysis;
using Turnstile.Api.Http;
using Turnstile.Grains.Widgets;

namespace Turnstile.Api.Widgets;

/// <summary>Serial numbers in paths: <c>/widgets/{serial}</c>.</summary>
internal static class WidgetPath
{
    public static string Of(string serial) => $"/widgets/{Uri.EscapeDataString(serial)}";

    /// <param name="context">The request.</param>
    /// <param name="segment">The segment as the server has decoded it.</param>
    /// <param name="serial">The serial number that was asked for.</param>
    /// <param name="fault">Why there cannot be such a widget.</param>
    public static bool TryRead(
        HttpContext context, string segment, out string serial, [NotNullWhen(false)] out string? fault)
    {
        bool readable = PathSegment.TryRead(context, segment, out string? name);
        serial = name ?? segment;
        fault = readable ? WidgetText.SerialFault(serial) : PathSegment.Fault;
        return fault is null;
    }
}
