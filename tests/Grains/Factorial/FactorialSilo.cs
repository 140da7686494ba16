using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Turnstile.Factorial;
using Turnstile.Grains.Storage.Objects;
using Turnstile.Silo;

namespace Turnstile.Grains.Tests.Factorial;

/// <summary>A whole silo on a database file, with an object store of the test's own.</summary>
internal sealed class FactorialSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private FactorialSilo(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<FactorialSilo> Start(string databaseFile, ObjectStore objects)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Path"] = databaseFile,
            ["Compute:Workers"] = "1",
        });
        builder.AddTurnstileSilo();
        builder.Services.Replace(ServiceDescriptor.Singleton(objects));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(1));
        IHost host = builder.Build();
        await host.StartAsync();
        return new FactorialSilo(host);
    }

    /// <summary>Ends it as an operator does; what is not over after a minute is left.</summary>
    public Task Stop() => _host.StopAsync();

    public IFactorialGrain Factorial(int number) => Grains.GetGrain<IFactorialGrain>(number);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>Objects in memory, whose writing can be held up and whose contents can be tampered with.</summary>
internal sealed class MemoryObjects : ObjectStore
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Dictionary<string, byte[]> Contents { get; } = [];

    public int Writes { get; private set; }

    /// <summary>Nothing is written before it completes.</summary>
    public Task Gate { get; init; } = Task.CompletedTask;

    /// <summary>Completes when the first write has begun.</summary>
    public Task Reached => _reached.Task;

    public override async Task Write(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation = default)
    {
        _reached.TrySetResult();
        await Gate.WaitAsync(cancellation);
        lock (Contents)
        {
            Contents[key] = content.ToArray();
            Writes++;
        }
    }

    /// <summary>Nothing is read before it completes.</summary>
    public Task ReadGate { get; set; } = Task.CompletedTask;

    protected override async Task<byte[]?> Load(string key, CancellationToken cancellation)
    {
        await ReadGate.WaitAsync(cancellation);
        lock (Contents)
        {
            return Contents.GetValueOrDefault(key);
        }
    }
}
