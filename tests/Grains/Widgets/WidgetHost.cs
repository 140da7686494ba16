using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Turnstile.Grains.Storage;
using Turnstile.Silo;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

/// <summary>A silo in the test's process on the database of a test.</summary>
internal sealed class WidgetHost : IAsyncDisposable
{
    private readonly IHost _host;

    private WidgetHost(IHost host) => _host = host;

    public IWidgetLedgerGrain Ledger => Grains.GetGrain<IWidgetLedgerGrain>(0);

    public Database Database => _host.Services.GetRequiredService<Database>();

    public IMeterFactory Meters => _host.Services.GetRequiredService<IMeterFactory>();

    private IGrainFactory Grains => _host.Services.GetRequiredService<IClusterClient>();

    /// <param name="storage">Where the database is.</param>
    /// <param name="settings">Settings beside that, as in the configuration.</param>
    public static Task<WidgetHost> Start(StorageOptions storage, params (string Name, string Value)[] settings) =>
        Start(storage, _ => { }, settings);

    /// <inheritdoc cref="Start(StorageOptions, ValueTuple{string, string}[])"/>
    /// <param name="configure">Has the last word on the services.</param>
    public static async Task<WidgetHost> Start(
        StorageOptions storage, Action<IServiceCollection> configure, params (string Name, string Value)[] settings)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Path"] = storage.Path,
            ["ConnectionStrings:Turnstile"] = storage.ConnectionString,
            ["Compute:Workers"] = "1",
            ["Cluster:SiloPort"] = FreePort(),
            ["Cluster:GatewayPort"] = FreePort(),
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(pair => pair.Name, string? (pair) => pair.Value));
        builder.AddTurnstileSilo();
        configure(builder.Services);
        IHost host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }

        return new WidgetHost(host);
    }

    public IWidgetGrain Widget(string serial) => Grains.GetGrain<IWidgetGrain>(serial);

    /// <summary>Every widget, page by page.</summary>
    public async Task<List<WidgetView>> All(int limit = 1_000)
    {
        var all = new List<WidgetView>();
        string? after = null;
        do
        {
            Page<WidgetView> page = await Ledger.List(limit, after);
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static string FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port.ToString();
    }
}
