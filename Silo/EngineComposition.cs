#if ENGINE_ORLEANS
using System.Net;
using Orleans.Configuration;
using Orleans.Serialization;
using Turnstile.Silo.Cluster;
#endif

namespace Turnstile.Silo;

/// <summary>The one place, beside test fixtures, that knows which engine runs the grains.</summary>
internal static class EngineComposition
{
#if ENGINE_ORLEANS
    // Grains that end their own activations, as jobs do when they are done, may do so several times while a call waits.
    private const int ForwardsMax = 255;

    /// <summary>A silo of the cluster that is configured; without one, a cluster of its own on this machine.</summary>
    public static void UseTurnstileEngine(this ISiloBuilder silo, ClusteringOptions options)
    {
        if (options.Redis is null)
        {
            silo.UseLocalhostClustering(options.SiloPort, options.GatewayPort, primarySiloEndpoint: (IPEndPoint?)null);
        }
        else
        {
            silo.JoinCluster(options);
        }

        silo.Configure<SiloMessagingOptions>(messaging => messaging.MaxForwardCount = ForwardsMax);
        silo.Configure<ExceptionSerializationOptions>(TravelWhole);
    }

    /// <summary>A client of the cluster that is configured.</summary>
    public static void UseTurnstileCluster(this IHostApplicationBuilder builder, ClusteringOptions options) =>
        builder.UseOrleansClient(client =>
        {
            client.ConnectToCluster(options);
            client.Configure<ExceptionSerializationOptions>(TravelWhole);
        });

    /// <summary>
    /// Faults are told to callers as what they are. That takes every type: one cause in the chain that may not travel, such
    /// as the database's own, and none of it does.
    /// </summary>
    private static void TravelWhole(ExceptionSerializationOptions exceptions) =>
        exceptions.SupportedExceptionTypeFilter = _ => true;
#else
    private const string NeedsOrleans =
        "Cluster:Redis asks for a cluster, and the embedded engine is one process: build with -p:Engine=Orleans.";

    /// <summary>The embedded engine: this process is all there is.</summary>
    public static void UseTurnstileEngine(this ISiloBuilder silo, ClusteringOptions options)
    {
        if (options.Redis is not null)
        {
            throw new InvalidOperationException(NeedsOrleans);
        }
    }

    /// <summary>There is none.</summary>
    public static void UseTurnstileCluster(this IHostApplicationBuilder builder, ClusteringOptions options) =>
        throw new InvalidOperationException(NeedsOrleans);
#endif
}
