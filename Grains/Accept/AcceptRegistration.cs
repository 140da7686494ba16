using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Turnstile.Grains.Accept.Ids;
using Turnstile.Grains.Accept.Writers;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Accept;

/// <summary>Puts Accept into a silo.</summary>
public static class AcceptRegistration
{
    /// <summary>Registers what the grains need.</summary>
    public static IServiceCollection AddAccept(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddAcceptOptions(configuration);
        services.AddSingleton<IIdStore>(provider => provider.GetRequiredService<Database>().Dialect == Dialect.Sqlite
            ? ActivatorUtilities.CreateInstance<IdFiles>(provider)
            : ActivatorUtilities.CreateInstance<IdTable>(provider));
        services.AddSingleton<AcceptStore>();
        services.AddHostedService<AcceptStart>();
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

    /// <summary>Between the database's start, which comes before, and the first grain's; the end the other way round.</summary>
    private sealed class AcceptStart(AcceptStore store) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => store.Open();

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => store.DisposeAsync().AsTask();
    }
}
