using Orleans.Configuration;
using Turnstile.Grains.Accept;
using Turnstile.Grains.Compute;
using Turnstile.Grains.Events;
using Turnstile.Grains.Factorial;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Widgets;
using Turnstile.Silo.Memory;

namespace Turnstile.Silo;

/// <summary>What a silo is made of, whichever process it runs in; and what a process is made of that has none.</summary>
public static class SiloComposition
{
    // The widgets' ledger reads its log before it is active: the default of half a minute would end that, and each one after it,
    // wherever the log takes longer.
    private static readonly TimeSpan ActivationMax = TimeSpan.FromHours(1);

    /// <summary>
    /// For a gateway: connects it to the cluster where one is configured, and puts a silo into it where none is.
    /// </summary>
    public static IHostApplicationBuilder AddTurnstile(this IHostApplicationBuilder builder)
    {
        ClusteringOptions cluster = builder.Configuration.Cluster();
        if (cluster.Redis is null)
        {
            return builder.AddTurnstileSilo();
        }

        builder.UseTurnstileCluster(cluster);
        return builder;
    }

    /// <summary>
    /// Adds storage, the engine, the grains and the workers. Hosted services start in this order and stop in the reverse:
    /// workers begin when grains answer, and the last grain has stored its state before the database closes.
    /// </summary>
    public static IHostApplicationBuilder AddTurnstileSilo(this IHostApplicationBuilder builder)
    {
        ClusteringOptions cluster = builder.Configuration.Cluster();
        builder.Services.AddHostedService<PoolThreads>();
        builder.Services.AddStorage(builder.Configuration);
        builder.Services.AddDatabaseGrainStorage();
        builder.Services.AddCompute(builder.Configuration);
        builder.Services.AddAccept(builder.Configuration);
        builder.Services.AddEvents(builder.Configuration);
        builder.Services.AddWidgets(builder.Configuration);
        builder.Services.AddFactorial(builder.Configuration);
        builder.UseOrleans(silo =>
        {
            silo.UseTurnstileEngine(cluster);
            silo.Configure<GrainCollectionOptions>(grains => grains.ActivationTimeout = ActivationMax);
        });
        builder.Services.AddWidgetRecovery();
        builder.Services.AddComputeWorkers();
        builder.Services.AddAcceptTicks();
        builder.Services.AddEventWaker();
        builder.Services.AddFactorialRecovery();
        builder.Services.AddSingleton<IHeap, RuntimeHeap>();
        builder.Services.AddHostedService<QuietCollection>();
        return builder;
    }
}
