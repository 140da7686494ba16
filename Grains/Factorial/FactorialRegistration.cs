using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Turnstile.Grains.Storage.Objects;

namespace Turnstile.Grains.Factorial;

/// <summary>Puts Factorial into a silo.</summary>
public static class FactorialRegistration
{
    /// <summary>Registers what the factorial grains need; Compute has to be there too.</summary>
    public static IServiceCollection AddFactorial(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddFactorialOptions(configuration);
        services.AddObjects(configuration);
        services.AddSingleton<FactorialStore>();
        services.AddSingleton<FactorialReads>();
        return services;
    }

    /// <summary>
    /// Registers the options and the telemetry, which gateways need too; once, however often it is called.
    /// </summary>
    public static IServiceCollection AddFactorialOptions(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(FactorialTelemetry)))
            return services;
        services.AddOptions<FactorialOptions>()
            .Bind(configuration.GetSection(FactorialOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddMetrics();
        services.AddSingleton<FactorialTelemetry>();
        return services;
    }

    /// <summary>Registers the recovery; after the engine, because it calls grains as soon as it starts.</summary>
    public static IServiceCollection AddFactorialRecovery(this IServiceCollection services) =>
        services.AddHostedService<FactorialRecovery>();
}
