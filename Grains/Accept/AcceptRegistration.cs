using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Turnstile.Grains.Accept.Writers;

namespace Turnstile.Grains.Accept;

/// <summary>Puts Accept into a silo.</summary>
public static class AcceptRegistration
{
    /// <summary>Registers what the grains need.</summary>
    public static IServiceCollection AddAccept(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddAcceptOptions(configuration);
        services.AddSingleton<AcceptStore>();
        services.AddSingleton<RecordWriters>();
        return services;
    }

    /// <summary>
    /// Registers the options and the telemetry, which gateways need too; once, however often it is called.
    /// </summary>
    public static IServiceCollection AddAcceptOptions(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(AcceptTelemetry)))
            return services;
        services.AddOptions<AcceptOptions>()
            .Bind(configuration.GetSection(AcceptOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddMetrics();
        services.AddSingleton<AcceptTelemetry>();
        return services;
    }

    /// <summary>
    /// Registers what wakes the grains; after the engine, because it calls them as soon as it starts.
    /// </summary>
    public static IServiceCollection AddAcceptTicks(this IServiceCollection services) => services.AddHostedService<AcceptTicks>();
}
