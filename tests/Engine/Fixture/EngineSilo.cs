using Orleans;
using Orleans.Hosting;
#if ENGINE_ORLEANS
using Orleans.Configuration;
using Orleans.TestingHost;
#else
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
#endif

namespace Turnstile.Engine.Tests;

/// <summary>
/// A silo of the engine under test, in this process. The only place of the contract suite that knows which engine that
/// is.
/// </summary>
public sealed class EngineSilo : IAsyncDisposable
{
#if ENGINE_ORLEANS
    private readonly InProcessTestCluster _cluster;

    private EngineSilo(InProcessTestCluster cluster) => _cluster = cluster;

    public IGrainFactory Grains => _cluster.Client;

    public static async Task<EngineSilo> Start(Action<ISiloBuilder> compose)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => compose(silo.Configure<SiloMessagingOptions>(Patient)));
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return new EngineSilo(cluster);
    }

    public Task Stop() => _cluster.StopAllSilosAsync();

    /// <summary>
    /// By default a call that waits is refused when its grain deactivates itself a third time; the contract is that it
    /// is passed on.
    /// </summary>
    private static void Patient(SiloMessagingOptions options) => options.MaxForwardCount = byte.MaxValue;

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
#else
    private readonly IHost _host;

    private EngineSilo(IHost host) => _host = host;

    public IGrainFactory Grains => Services.GetRequiredService<IClusterClient>();

    public IServiceProvider Services => _host.Services;

    public static async Task<EngineSilo> Start(Action<ISiloBuilder> compose)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleans(compose);
        IHost host = builder.Build();
        await host.StartAsync();
        return new EngineSilo(host);
    }

    public Task Stop() => _host.StopAsync();

    /// <summary>Stops with little time: what still runs is left.</summary>
    public Task Stop(CancellationToken cancellation) => _host.StopAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
#endif
}
