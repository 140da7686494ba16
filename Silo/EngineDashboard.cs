#if ENGINE_ORLEANS
using Orleans.Dashboard;
#endif

namespace Turnstile.Silo;

/// <summary>The dashboard that the engine brings along.</summary>
public static class EngineDashboard
{
#if ENGINE_ORLEANS
    /// <summary>Maps it below the prefix.</summary>
    /// <returns>Its endpoints; null where the engine has none.</returns>
    public static IEndpointConventionBuilder? MapEngineDashboard(this IEndpointRouteBuilder endpoints, string prefix) =>
        endpoints.MapOrleansDashboard(prefix);
#else
    /// <summary>Maps nothing: the embedded engine has no dashboard.</summary>
    /// <returns>Null.</returns>
    public static IEndpointConventionBuilder? MapEngineDashboard(this IEndpointRouteBuilder endpoints, string prefix) => null;
#endif
}
