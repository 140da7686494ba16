using System.ComponentModel.DataAnnotations;

namespace Turnstile.Silo;

/// <summary>Reads <see cref="ClusteringOptions"/> while a process is composed, before there are services.</summary>
public static class ClusterSettings
{
    /// <exception cref="ValidationException">A value is out of its range.</exception>
    public static ClusteringOptions Cluster(this IConfiguration configuration)
    {
        var options = new ClusteringOptions();
        configuration.GetSection(ClusteringOptions.Section).Bind(options);
        options.Redis ??= configuration.GetConnectionString(ClusteringOptions.ConnectionName);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return options;
    }
}
