using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>Puts Widgets into a silo.</summary>
public static class WidgetRegistration
{
    /// <summary>Registers what the widgets' grains need.</summary>
    public static IServiceCollection AddWidgets(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddWidgetOptions(configuration);
        services.AddSingleton<WidgetStore>();
        services.AddSingleton<CommitLogs>();
        services.AddSingleton<WidgetTelemetry>();
        return services;
    }

    /// <summary>Registers the options, which gateways need too; once, however often it is called.</summary>
    public static IServiceCollection AddWidgetOptions(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(IConfigureOptions<WidgetOptions>)))
            return services;
        services.AddOptions<WidgetOptions>()
            .Bind(configuration.GetSection(WidgetOptions.Section))
            .ValidateDataAnnotations()
            .Validate(
                options => options.LogBytesMax >= 2L * options.LogFileBytes,
                "Widgets:LogBytesMax must be at least twice Widgets:LogFileBytes: one file is kept though the tables have all of it.")
            .ValidateOnStart();
        return services;
    }

    /// <summary>
    /// Reads the commit log at the start, after the engine and before anybody is served: damage stops the start.
    /// </summary>
    public static IServiceCollection AddWidgetRecovery(this IServiceCollection services) =>
        services.AddHostedService<WidgetRecovery>();

    private sealed class WidgetRecovery(IGrainFactory grains) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) =>
            grains.GetGrain<IWidgetLedgerGrain>(0).Recover(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
