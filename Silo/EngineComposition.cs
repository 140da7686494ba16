#if ENGINE_ORLEANS
using System.Net;
#endif

namespace Turnstile.Silo;

/// <summary>The one place, beside test fixtures, that knows which engine runs the grains.</summary>
internal static class EngineComposition
{
#if ENGINE_ORLEANS
    private const int DefaultSiloPort = 11111;
    private const int DefaultGatewayPort = 30000;

    /// <summary>An Orleans silo that is a cluster of its own on this machine.</summary>
    public static void UseTurnstileEngine(this ISiloBuilder silo) => silo.UseLocalhostClustering(
        silo.Configuration.GetValue("Cluster:SiloPort", DefaultSiloPort),
        silo.Configuration.GetValue("Cluster:GatewayPort", DefaultGatewayPort),
        primarySiloEndpoint: (IPEndPoint?)null);
#else
    /// <summary>The embedded engine: this process is all there is.</summary>
    public static void UseTurnstileEngine(this ISiloBuilder silo)
    {
    }
#endif
}
