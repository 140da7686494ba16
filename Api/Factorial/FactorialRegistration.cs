using Microsoft.Extensions.Options;
using Turnstile.Grains.Callbacks;
using Turnstile.Grains.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>Puts the HTTP face of Factorial into a gateway.</summary>
internal static class FactorialRegistration
{
    private const long Megabyte = 1 << 20;

    public static void AddFactorialApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddFactorialOptions(configuration);
        services.AddCallbacks(configuration);
        services.ConfigureHttpJsonOptions(options =>
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, FactorialJson.Default));
        services.AddSingleton(provider =>
        {
            FactorialOptions options = provider.GetRequiredService<IOptions<FactorialOptions>>().Value;
            var cache = new FactorialCache(
                options.CacheBelow,
                TimeSpan.FromHours(options.CacheHours),
                options.CacheMegabytesMax * Megabyte,
                provider.GetRequiredService<TimeProvider>());
            provider.GetRequiredService<FactorialTelemetry>().Observe(
                () => cache.Hits, () => cache.Misses, () => cache.Bytes);
            return cache;
        });
        services.AddSingleton<FactorialCounts>();
        services.AddSingleton<FactorialNumbers>();
        services.AddSingleton<FactorialRequestReader>();
        services.AddSingleton<FactorialCallbacks>();
        services.AddSingleton<FactorialReader>();
        services.AddSingleton<FactorialCounting>();
        services.AddHostedService(provider => provider.GetRequiredService<FactorialCounting>());
    }
}
