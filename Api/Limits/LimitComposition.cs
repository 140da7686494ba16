using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Turnstile.Api.Limits;

/// <summary>Puts the limits of the gateway in their places.</summary>
internal static class LimitComposition
{
    public static void AddLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LimitOptions>()
            .Bind(builder.Configuration.GetSection(LimitOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<RateGate>();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitOptions>>(
            (server, limits) => server.Limits.MaxConcurrentConnections = limits.Value.ConnectionsMax);
    }

    /// <summary>Behind the keys: an account is known by its key.</summary>
    public static void UseLimits(this IApplicationBuilder app)
    {
        RateGate gate = app.ApplicationServices.GetRequiredService<RateGate>();
        if (gate.IsSet)
        {
            app.Use(next => context => context.Request.Path.StartsWithSegments("/health") ? next(context) : gate.Enter(context, next));
        }
    }

    /// <summary>Puts the gate in front of an endpoint that is called past the middleware.</summary>
    public static RequestDelegate BehindLimits(this RequestDelegate endpoint, IServiceProvider services)
    {
        RateGate gate = services.GetRequiredService<RateGate>();
        return gate.IsSet ? context => gate.Enter(context, endpoint) : endpoint;
    }
}
