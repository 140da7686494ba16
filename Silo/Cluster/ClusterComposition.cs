using System.Net;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using Orleans.Dashboard;
using StackExchange.Redis;

namespace Turnstile.Silo.Cluster;

/// <summary>Silos and gateways that are one cluster: the list of silos is in Redis.</summary>
internal static class ClusterComposition
{
    // More than all that the processor can be used: it is never the reason to refuse a call.
    private const int AnyProcessorLoad = 100;

    private static readonly TimeSpan SignOfLifePeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TableReadPeriod = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GatewayListPeriod = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ConnectAgainPeriod = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// A silo that is killed is out of routing after <see cref="ClusteringOptions.MissedProbesMax"/> probes.
    /// </summary>
    public static void JoinCluster(this ISiloBuilder silo, ClusteringOptions options)
    {
        silo.UseRedisClustering(redis => redis.UseServer(options));
        silo.Configure<ClusterOptions>(cluster => cluster.UseNames(options));
        silo.Configure<EndpointOptions>(endpoints =>
        {
            endpoints.SiloPort = options.SiloPort;
            endpoints.GatewayPort = options.GatewayPort;
            if (options.Address is not null)
            {
                endpoints.AdvertisedIPAddress = IPAddress.Parse(options.Address);
            }
        });
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(options.ProbeSeconds);

            // Silos that used to answer slowly are waited for longer: left to itself, the engine waits up to four times as long.
            membership.MaxProbeTimeout = 2 * membership.ProbeTimeout;
            membership.NumMissedProbesLimit = options.MissedProbesMax;
            membership.NumVotesForDeathDeclaration = options.DeathVotes;

            // After a power cut everybody who is listed is dead: silos that start must not wait for them for long.
            membership.IAmAliveTablePublishTimeout = SignOfLifePeriod;
            membership.TableRefreshTimeout = TableReadPeriod;
        });
        silo.Configure<LoadSheddingOptions>(load =>
        {
            load.LoadSheddingEnabled = true;
            load.CpuThreshold = AnyProcessorLoad;
            load.MemoryThreshold = options.MemoryPercentMax;
        });
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.MaxEnqueuedRequestsHardLimit = options.WaitingPerGrainMax;
            messaging.MaxEnqueuedRequestsHardLimit_StatelessWorker = options.WaitingPerGrainMax;
        });
        if (options.DashboardPort > 0)
        {
            silo.AddDashboard();
        }
    }

    public static void ConnectToCluster(this IClientBuilder client, ClusteringOptions options)
    {
        client.UseRedisClustering(redis => redis.UseServer(options));
        client.Configure<ClusterOptions>(cluster => cluster.UseNames(options));
        client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = GatewayListPeriod);
        client.Configure<ClientMessagingOptions>(
            messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(options.CallSeconds));

        // Gateways may be started before the first silo.
        client.UseConnectionRetryFilter(async (_, stop) =>
        {
            await Task.Delay(ConnectAgainPeriod, TimeProvider.System, stop);
            return true;
        });
        if (options.DashboardPort > 0)
        {
            client.AddDashboard();
        }
    }

    private static void UseServer(this RedisClusteringOptions redis, ClusteringOptions options)
    {
        redis.ConfigurationOptions = ConfigurationOptions.Parse(options.Redis!);

        // A server that is away for a while is waited for.
        redis.ConfigurationOptions.AbortOnConnectFail = false;
    }

    private static void UseNames(this ClusterOptions cluster, ClusteringOptions options)
    {
        cluster.ClusterId = options.Name;
        cluster.ServiceId = options.Name;
    }
}
