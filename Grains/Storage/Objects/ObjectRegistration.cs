using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Turnstile.Grains.Storage.Objects;

/// <summary>Puts the object store into a host.</summary>
public static class ObjectRegistration
{
    /// <summary>
    /// Registers the <see cref="ObjectStore"/>: a bucket where <c>Objects:S3:Bucket</c> is set, else files.
    /// </summary>
    public static IServiceCollection AddObjects(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ObjectOptions>()
            .Bind(configuration.GetSection(ObjectOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddOptions<S3Options>()
            .Bind(configuration.GetSection(S3Options.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        if (string.IsNullOrWhiteSpace(configuration[$"{S3Options.Section}:{nameof(S3Options.Bucket)}"]))
            services.AddSingleton<ObjectStore, FileObjectStore>();
        else
            services.AddSingleton<ObjectStore, S3ObjectStore>();
        return services;
    }
}
