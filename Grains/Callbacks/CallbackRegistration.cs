using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Turnstile.Grains.Callbacks;

/// <summary>Puts callbacks into a process.</summary>
public static class CallbackRegistration
{
    /// <summary>
    /// Registers the <see cref="CallbackQueue"/>; whoever needs it may call this, once or more often.
    /// </summary>
    public static IServiceCollection AddCallbacks(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(CallbackQueue)))
            return services;
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<CallbackOptions>()
            .Bind(configuration.GetSection(CallbackOptions.Section))
            .PostConfigure(options => options.Allow = string.Join(
                ',', Entries(configuration, "Callbacks:Allow").Concat(Entries(configuration, "Accept:CallbackAllow"))))
            .ValidateDataAnnotations()
            .Validate(CanBeRead, "Accept:CallbackAllow and Callbacks:Allow list networks, addresses, hosts or *.")
            .ValidateOnStart();
        services.AddSingleton<CallbackTelemetry>();
        services.TryAddSingleton<IHostResolver, SystemResolver>();
        services.AddSingleton<CallbackSender>();
        services.AddSingleton(provider => new CallbackQueue(
            provider.GetRequiredService<CallbackSender>(),
            provider.GetRequiredService<IOptions<CallbackOptions>>(),
            provider.GetRequiredService<CallbackTelemetry>(),
            provider.GetRequiredService<TimeProvider>(),
            new Random(RandomNumberGenerator.GetInt32(int.MaxValue)),
            provider.GetRequiredService<ILogger<CallbackQueue>>()));
        services.AddHostedService(provider => provider.GetRequiredService<CallbackQueue>());
        return services;
    }

    /// <summary>The value of a setting, or its numbered values.</summary>
    private static IEnumerable<string> Entries(IConfiguration configuration, string key)
    {
        IConfigurationSection section = configuration.GetSection(key);
        return new[] { section.Value }.Concat(section.GetChildren().Select(child => child.Value)).OfType<string>();
    }

    private static bool CanBeRead(CallbackOptions options)
    {
        try
        {
            _ = new AddressRules(options.Allow);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
