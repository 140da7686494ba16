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
    public static bool TryReadPath(HttpContext context, string segment, out CallerKey caller)
    {
        caller = default;
        return PathSegment.TryRead(context, segment, out string? name) && TryParse(context, name, out caller);
    }

    /// <summary>The caller of that name.</summary>
    public static bool TryParse(HttpContext context, string name, out CallerKey caller)
    {
        caller = new CallerKey(AccountAsked(context), name);
        return IsName(name);
    }

    /// <summary>The asker's own account; who may see others names one with <c>?account=</c>.</summary>
    public static string AccountAsked(HttpContext context)
    {
        Identity identity = context.Identity();
        return identity.Admin && context.Request.Query["account"] is [{ } account] ? account : identity.Account;
    }

    private static bool IsName(string name) =>
        name.Length is >= 1 and <= NameLengthMax && !name.AsSpan().ContainsAnyExceptInRange('!', '~');
}
