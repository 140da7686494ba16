using Turnstile.Grains.Storage;

namespace Turnstile.Silo.Cluster;

/// <summary>What a silo's own small port tells whoever watches over it.</summary>
internal static class SiloHealth
{
    // Nobody but this machine is served unless somebody decides otherwise.
    private const string DefaultUrl = "http://localhost:8081";

    public static void AddHealth(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }
    }

    /// <summary>
    /// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it is a member of the cluster, has not begun to
    /// stop, and its database takes writes.
    /// </summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => "ok");
        app.MapGet("/health/ready", Ready);
    }

    private static async Task<IResult> Ready(Database database, IHostApplicationLifetime lifetime)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Results.Text("The silo is stopping.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        try
        {
            await database.Ping();
            return Results.Text("ok");
        }
        catch (StorageUnavailableException away)
        {
            return Results.Text(away.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
