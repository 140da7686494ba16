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
        services.AddMetrics();
        services.AddObjects(configuration);
        services.AddOptions<FactorialOptions>()
            .Bind(configuration.GetSection(FactorialOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<FactorialStore>();
        services.AddSingleton<FactorialTelemetry>();
        return services;
    }

    /// <summary>Registers the recovery; after the engine, because it calls grains as soon as it starts.</summary>
    public static IServiceCollection AddFactorialRecovery(this IServiceCollection services) =>
        services.AddHostedService<FactorialRecovery>();
}
