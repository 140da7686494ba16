#if ENGINE_ORLEANS
using System.Net;
using Orleans.Configuration;
#endif

namespace Turnstile.Silo;

/// <summary>The one place, beside test fixtures, that knows which engine runs the grains.</summary>
internal static class EngineComposition
{
#if ENGINE_ORLEANS
    private const int DefaultSiloPort = 11111;
    private const int DefaultGatewayPort = 30000;

    // Grains that end their own activations, as jobs do when they are done, may do so several times while a call waits.
    private const int ForwardsMax = 255;

    /// <summary>An Orleans silo that is a cluster of its own on this machine.</summary>
    public static void UseTurnstileEngine(this ISiloBuilder silo)
    {
        silo.UseLocalhostClustering(
            silo.Configuration.GetValue("Cluster:SiloPort", DefaultSiloPort),
            silo.Configuration.GetValue("Cluster:GatewayPort", DefaultGatewayPort),
            primarySiloEndpoint: (IPEndPoint?)null);
        silo.Configure<SiloMessagingOptions>(options => options.MaxForwardCount = ForwardsMax);
    }
#else
    /// <summary>The embedded engine: this process is all there is.</summary>
    public static void UseTurnstileEngine(this ISiloBuilder silo)
    {
    }
#endif
}
