using System.Diagnostics.CodeAnalysis;
using Turnstile.Compute;

namespace Turnstile.Api.Http;

/// <summary>Who asks: the caller that the header names.</summary>
internal static class Requester
{
    public const string Header = "X-Caller-ID";

    private const int NameLengthMax = 128;

    /// <summary>The caller, or why it cannot be told.</summary>
    public static bool TryRead(HttpContext context, out CallerKey caller, [NotNullWhen(false)] out string? reason)
    {
        caller = default;
        if (context.Request.Headers[Header] is not [{ Length: > 0 } name])
        {
            reason = "Name the caller in this header, once.";
            return false;
        }

        if (!IsName(name))
        {
            reason = $"A caller's name is 1 to {NameLengthMax} visible ASCII characters.";
            return false;
        }

        caller = new CallerKey("", name);
        reason = null;
        return true;
    }

    /// <summary>The caller that a path names: the web server leaves encoded slashes in it as they are.</summary>
    public static bool TryParse(string segment, out CallerKey caller)
    {
        string name = segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        caller = new CallerKey("", name);
        return IsName(name);
    }

    private static bool IsName(string name) =>
        name.Length is >= 1 and <= NameLengthMax && !name.AsSpan().ContainsAnyExceptInRange('!', '~');
}
