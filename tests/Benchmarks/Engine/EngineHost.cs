using Orleans;
#if ENGINE_ORLEANS
using Orleans.TestingHost;
#else
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
#endif

namespace Turnstile.Benchmarks.Engine;

/// <summary>A silo in this process, and the factory through which code in the same process calls its grains.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
#if ENGINE_ORLEANS
    public const string Name = "Orleans 10.4.2";

    private readonly InProcessTestCluster _cluster;

    private EngineHost(InProcessTestCluster cluster) => _cluster = cluster;

    public IGrainFactory Grains => (IGrainFactory)_cluster.Silos[0].ServiceProvider.GetService(typeof(IGrainFactory))!;

    public static async Task<EngineHost> Start()
    {
        InProcessTestCluster cluster = new InProcessTestClusterBuilder(1).Build();
        await cluster.DeployAsync();
        return new EngineHost(cluster);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
#else
    public const string Name = "Embedded";

    private readonly IHost _host;

    private EngineHost(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<EngineHost> Start()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans();
        IHost host = builder.Build();
        await host.StartAsync();
        return new EngineHost(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
#endif
}
