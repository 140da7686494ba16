using Turnstile.Harness;

namespace Turnstile.Cluster.Tests;

/// <summary>Redis, PostgreSQL, three silos and two gateways, each a process; shared by all tests.</summary>
public sealed class RunningCluster : IAsyncLifetime
{
    private const int SiloCount = 3;
    private const int GatewayCount = 2;

    private readonly RedisProgram _redis = new();
    private readonly PostgresProgram _postgres = new();

    public RunningCluster()
    {
        string[] settings =
        [
            $"--Cluster:Redis={_redis.Connection}",
            "--Cluster:Address=127.0.0.1",
            $"--ConnectionStrings:Turnstile={_postgres.Connection}",
            "--Compute:Workers=1",
            "--Compute:CheckpointSeconds=0.5",
            "--Events:Output=none",
            "--Accept:Writers:0=log",
        ];
        Silos = [.. Enumerable.Range(0, SiloCount).Select(_ => new ServiceProcess(settings) { Program = "Turnstile.Silo" })];
        Gateways = [.. Enumerable.Range(0, GatewayCount).Select(_ => new ServiceProcess(settings))];
    }

    public IReadOnlyList<ServiceProcess> Silos { get; }

    public IReadOnlyList<ServiceProcess> Gateways { get; }

    public RedisProgram Redis => _redis;

    public PostgresProgram Postgres => _postgres;

    public async Task InitializeAsync()
    {
        if (ClusterFactAttribute.Missing is not null)
            return;
        await _postgres.Create();
        await Task.WhenAll(_redis.Start(), _postgres.Start());
        await _postgres.Ready();
        await Task.WhenAll(Silos.Concat(Gateways).Select(process => process.Start()));
    }

    public async Task DisposeAsync()
    {
        // Each is ended, whatever becomes of the others.
        await Task.WhenAll(Gateways.Concat(Silos).Select(process => process.DisposeAsync().AsTask()));
        await Task.WhenAll(_redis.DisposeAsync().AsTask(), _postgres.DisposeAsync().AsTask());
    }
}

/// <summary>One cluster for all tests, which run one after another: two would take each other's processors.</summary>
[CollectionDefinition(Name)]
public sealed class OneCluster : ICollectionFixture<RunningCluster>
{
    public const string Name = "one cluster";
}
