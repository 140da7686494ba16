using System.Text;
using Turnstile.Api.Keys;
using Turnstile.Silo;

namespace Turnstile.Api.Http;

/// <summary>
/// A port of its own for those who run the cluster: the engine's dashboard, behind an admin key. Browsers send the key as
/// the password of HTTP Basic, with any user name.
/// </summary>
internal sealed class OperatorPort(int port)
{
    private const string Basic = "Basic ";

    /// <summary>Has the gateway listen on the port too, on the addresses on which it listens anyway.</summary>
    /// <returns>Null where none is configured.</returns>
    public static OperatorPort? Open(WebApplicationBuilder builder)
    {
        ClusteringOptions cluster = builder.Configuration.Cluster();
        if (cluster is { Redis: null } or { DashboardPort: 0 })
        {
            return null;
        }

        // Ports alone, as images of .NET set them, would give way to the addresses that are set here.
        string given = builder.Configuration["urls"]
            ?? string.Join(';', Parts(builder.Configuration["http_ports"] ?? "").Select(only => $"http://*:{only}"));
        string[] urls = Parts(given.Length > 0 ? given : HttpComposition.DefaultUrl);
        builder.WebHost.UseUrls([.. urls, WithPort(urls[0], cluster.DashboardPort)]);
        return new OperatorPort(cluster.DashboardPort);
    }

    /// <summary>
    /// Before the gate of the keys: what it reads is a bearer's key. Before routing, too, which calls some endpoints at once.
    /// </summary>
    public void UseBasic(WebApplication app)
    {
        app.Use(next => context =>
        {
            if (IsHere(context))
            {
                BearPassword(context);
            }

            return next(context);
        });
        app.UseRouting();
    }

    public void Map(WebApplication app) => app.MapEngineDashboard("/dashboard")?
        .ForAdmins()
        .AddEndpointFilter((context, next) => IsHere(context.HttpContext)
            ? next(context)
            : ValueTask.FromResult<object?>(Problems.NotFound("The dashboard is on the operators' port.")));

    private static string[] Parts(string list) => list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void BearPassword(HttpContext context)
    {
        string authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            context.Request.Headers.Authorization = $"Bearer {Password(authorization[Basic.Length..])}";
        }

        context.Response.OnStarting(() =>
        {
            if (context.Response.StatusCode == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"Turnstile operators\"";
            }

            return Task.CompletedTask;
        });
    }

    private bool IsHere(HttpContext context) => context.Connection.LocalPort == port;

    private static string Password(string credentials)
    {
        Span<byte> bytes = stackalloc byte[1_024];
        if (!Convert.TryFromBase64String(credentials.Trim(), bytes, out int length))
        {
            return "";
        }

        string pair = Encoding.UTF8.GetString(bytes[..length]);
        return pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }

    private static string WithPort(string url, int port)
    {
        BindingAddress address = BindingAddress.Parse(url);
        return $"http://{address.Host}:{port}";
    }
}
