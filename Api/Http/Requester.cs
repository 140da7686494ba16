using System.Diagnostics.CodeAnalysis;
using Turnstile.Api.Keys;
using Turnstile.Compute;

namespace Turnstile.Api.Http;

/// <summary>Who asks: the caller that the header names, within the account that the key opens.</summary>
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

        caller = new CallerKey(context.Identity().Account, name);
        reason = null;
        return true;
    }

    /// <summary>The caller that a path names, in a segment that the web server has decoded.</summary>
    /// <param name="context">The request.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="account">Whose caller; see <see cref="AccountQuery"/>.</param>
    /// <param name="caller">The caller.</param>
    public static bool TryReadPath(HttpContext context, string segment, string? account, out CallerKey caller)
    {
        caller = default;
        return PathSegment.TryRead(context, segment, out string? name) && TryParse(context, name, account, out caller);
    }

    /// <summary>The caller of that name.</summary>
    public static bool TryParse(HttpContext context, string name, string? account, out CallerKey caller)
    {
        caller = new CallerKey(AccountQuery.Of(context, account), name);
        return IsName(name);
    }

    private static bool IsName(string name) =>
        name.Length is >= 1 and <= NameLengthMax && !name.AsSpan().ContainsAnyExceptInRange('!', '~');
}
