using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Storage;

namespace Turnstile.Engine.Tests;

/// <summary>One silo for the whole contract suite; each test uses grains of its own.</summary>
public sealed class EngineFixture : IAsyncLifetime
{
    public const string Storage = "states";
    public const string FailingStorage = "failing";

    private EngineSilo? _silo;

    public IGrainFactory Grains => _silo!.Grains;

    public Probe Probe { get; } = new();

    public async Task InitializeAsync() => _silo = await EngineSilo.Start(Compose);

    public async Task DisposeAsync() => await _silo!.DisposeAsync();

    private void Compose(ISiloBuilder silo)
    {
        silo.AddMemoryGrainStorage(Storage);
        silo.Services.AddKeyedSingleton<IGrainStorage>(FailingStorage, new FailingGrainStorage(Probe));
        silo.Services.AddSingleton(Probe);
        silo.Services.AddScoped<ScopedService>();
    }
}

[CollectionDefinition(nameof(EngineSuite))]
public sealed class EngineSuite : ICollectionFixture<EngineFixture>;

/// <summary>The base of the contract's test classes.</summary>
[Collection(nameof(EngineSuite))]
public abstract class EngineTest(EngineFixture engine)
{
    private static int s_keys;

    protected IGrainFactory Grains => engine.Grains;

    protected Probe Probe => engine.Probe;

    /// <summary>A key no other test uses.</summary>
    protected static string NewKey() => $"key-{Interlocked.Increment(ref s_keys)}";
}
