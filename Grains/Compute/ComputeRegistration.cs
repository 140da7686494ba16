using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Turnstile.Grains.Compute;

/// <summary>Puts Compute into a silo.</summary>
public static class ComputeRegistration
{
    /// <summary>Registers what the compute grains need.</summary>
    public static IServiceCollection AddCompute(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddComputeOptions(configuration);
        services.AddSingleton<ComputeTelemetry>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<AgedJobs>();
        services.AddSingleton<IThreadCpuClock, ThreadCpuClock>();
        services.AddSingleton<ComputeThreads>();
        services.AddSingleton<SliceLedger>();
        services.AddSingleton<WarmKernels>();
        services.AddSingleton<ProcessStart>();
        services.AddSingleton(provider => provider.GetRequiredService<ProcessStart>().Ids);
        services.AddHostedService(provider => provider.GetRequiredService<ProcessStart>());
        return services;
    }

    /// <summary>Registers the options, which gateways need too; once, however often it is called.</summary>
    public static IServiceCollection AddComputeOptions(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.All(service => service.ServiceType != typeof(IConfigureOptions<ComputeOptions>)))
        {
            services.AddOptions<ComputeOptions>()
                .Bind(configuration.GetSection(ComputeOptions.Section))
                .ValidateDataAnnotations()
                .ValidateOnStart();
        }

        return services;
    }

    /// <summary>
    /// Registers the workers of the silo; after the engine, because they call grains as soon as they start.
    /// </summary>
    public static IServiceCollection AddComputeWorkers(this IServiceCollection services) =>
        services.AddHostedService<ComputeWorkers>().AddHostedService<JobRetention>();
}
