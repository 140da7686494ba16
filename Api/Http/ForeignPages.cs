namespace Turnstile.Api.Http;

/// <summary>
/// Pages of other sites. A browser sends for them, without asking here first, what a form could send: also to this machine and into this
/// network, where whoever wrote the page cannot reach. It says then where the request comes from.
/// </summary>
internal static class ForeignPages
{
    /// <summary>Whether a page of another site has the browser ask for a change.</summary>
    public static bool AskForChange(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return false;
        }

        // What the browser itself has found out: a proxy on the way may have given the host another name.
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site)
        {
            return site is not ["same-origin" or "none"];
        }

        return request.Headers.Origin is { Count: > 0 } origin && !(origin is [{ } page] && IsOwn(page, request.Host));
    }

    private static bool IsOwn(string page, HostString host) =>
        Uri.TryCreate(page, UriKind.Absolute, out Uri? origin)
        && origin.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase)
        && (host.Port is not { } port ? origin.IsDefaultPort : origin.Port == port);
}
