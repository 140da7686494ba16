using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Turnstile.Grains.Events.Rates;

namespace Turnstile.Grains.Events;

/// <summary>Puts Events into a silo.</summary>
public static class EventsRegistration
{
    /// <summary>Registers what the event grains need.</summary>
    public static IServiceCollection AddEvents(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddEventsOptions(configuration);
        services.AddOptions<RatesOptions>()
            .Bind(configuration.GetSection(RatesOptions.Section))
            .ValidateDataAnnotations()
            .Validate(
                options => options.Url is null or { IsAbsoluteUri: true, Scheme: "http" or "https" },
                "Rates:Url must be an absolute http or https address.")
            .ValidateOnStart();
        services.AddSingleton<EventIntake>();
        services.AddSingleton<EventStore>();
        services.AddSingleton<PlayerStore>();
        services.AddSingleton<EventsTelemetry>();
        services.AddSingleton<EventEnricher>();
        services.AddSingleton<RatesSource>();
        services.AddSingleton<OutputSink>();
        services.AddSingleton<EventOutput>();
        services.AddHostedService(provider => provider.GetRequiredService<EventOutput>());
        return services;
    }

    /// <summary>Registers the options, which gateways need too; once, however often it is called.</summary>
    public static IServiceCollection AddEventsOptions(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.All(service => service.ServiceType != typeof(IConfigureOptions<EventsOptions>)))
        {
            services.AddOptions<EventsOptions>()
                .Bind(configuration.GetSection(EventsOptions.Section))
                .ValidateDataAnnotations()
                .ValidateOnStart();
        }

        return services;
    }

    /// <summary>
    /// Registers what wakes the partitions; after the engine, because it calls grains as soon as it starts.
    /// </summary>
    public static IServiceCollection AddEventWaker(this IServiceCollection services) =>
        services.AddHostedService<EventWaker>().AddHostedService<EventRetention>();
}
