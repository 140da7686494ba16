using System.Net;

namespace Turnstile.Api.Http;

/// <summary>
/// Pages of other sites. A browser sends for them, without asking here first, what a form could send: also to this machine and into this
/// network, where whoever wrote the page cannot reach. It says then where the request comes from.
/// </summary>
internal sealed class ForeignPages(IConfiguration configuration)
{
    private const int HttpPort = 80;

    // Where hosts are named, the server itself refuses all others.
    private readonly bool _hostsAreNamed = configuration["AllowedHosts"] is { Length: > 0 };

    /// <summary>Whether a page of another site has the browser ask for a change.</summary>
    public bool AskForChange(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return false;
        }

        if (request.Headers.Origin.Count > 0 && !_hostsAreNamed && IsRebound(request, context.Connection))
        {
            return true;
        }

        // What the browser itself has found out: a proxy on the way may have given the host another name.
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site)
        {
            return site is not ["same-origin" or "none"];
        }

        return request.Headers.Origin is { Count: > 0 } origin && !(origin is [{ } page] && IsOwn(page, request.Host));
    }

    /// <summary>
    /// Whether the name of the host is one that somebody may have pointed at this machine once the browser had his page: that page is then
    /// of the very host that the browser believes to ask. Who reaches this machine's own address under a name came through a proxy, and
    /// asked for another port than this one.
    /// </summary>
    private static bool IsRebound(HttpRequest request, ConnectionInfo connection) =>
        !request.IsHttps
        && connection.LocalIpAddress is { } address && IPAddress.IsLoopback(address)
        && (request.Host.Port ?? HttpPort) == connection.LocalPort
        && Uri.CheckHostName(request.Host.Host) is not (UriHostNameType.IPv4 or UriHostNameType.IPv6)
        && !request.Host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        && !request.Host.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private static bool IsOwn(string page, HostString host) =>
        Uri.TryCreate(page, UriKind.Absolute, out Uri? origin)
        && origin.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase)
        && (host.Port is not { } port ? origin.IsDefaultPort : origin.Port == port);
}
