using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Turnstile.Grains.Storage;

/// <summary>Puts the database into a host.</summary>
public static class StorageRegistration
{
    /// <summary>
    /// Registers the <see cref="Database"/> by the section <c>Storage</c> and <c>ConnectionStrings:Turnstile</c>. It is
    /// open before any hosted service starts and closed, with everything written, after all of them have stopped.
    /// </summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<StorageOptions>()
            .Bind(configuration.GetSection(StorageOptions.Section))
            .PostConfigure(options =>
            {
                // A blank one, as a variable that is set to nothing leaves it, is none for whoever asks.
                string? connection = options.ConnectionString ?? configuration.GetConnectionString(StorageOptions.ConnectionName);
                options.ConnectionString = string.IsNullOrWhiteSpace(connection) ? null : connection;
            })
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<StorageTelemetry>();
        services.AddSingleton<Database>();
        services.AddHostedService<DatabaseStart>();
        return services;
    }

    private sealed class DatabaseStart(Database database) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => database.Start(cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        /// <summary>
        /// Here rather than when the host is disposed: a caller of StopAsync may rely on everything being stored.
        /// </summary>
        public Task StoppedAsync(CancellationToken cancellationToken) => database.DisposeAsync().AsTask();
    }
}
