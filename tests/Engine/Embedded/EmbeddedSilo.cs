using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Turnstile.Harness;

namespace Turnstile.Engine.Tests.Embedded;

/// <summary>
/// A silo on a clock that the test moves, whose turns all run on the test's thread in an order that a seed decides.
/// </summary>
internal sealed class EmbeddedSilo : IAsyncDisposable
{
    private readonly EngineSilo _silo;
    private readonly SeededScheduler _scheduler;

    private EmbeddedSilo(EngineSilo silo, SeededScheduler scheduler, ManualTime time, Probe probe)
    {
        _silo = silo;
        _scheduler = scheduler;
        Time = time;
        Probe = probe;
    }

    public ManualTime Time { get; }

    public Probe Probe { get; }

    public IGrainFactory Grains => _silo.Grains;

    public static async Task<EmbeddedSilo> Start(Action<ISiloBuilder>? compose = null, int seed = 1)
    {
        var time = new ManualTime();
        var probe = new Probe();
        var scheduler = new SeededScheduler(seed);
        EngineSilo silo = await EngineSilo.Start(builder =>
        {
            builder.ConfigureProbe(probe);
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Services.AddSingleton<IWorkScheduler>(scheduler);
            builder.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromMinutes(5));
            compose?.Invoke(builder);
        });
        return new EmbeddedSilo(silo, scheduler, time, probe);
    }

    /// <summary>Runs all turns that are ready, and those that they make ready.</summary>
    public void Run() => _scheduler.RunAll();

    /// <summary>Runs turns until nothing is ready; by then the call must be complete.</summary>
    public async Task<T> Run<T>(Task<T> call)
    {
        await Run((Task)call);
        return await call;
    }

    /// <inheritdoc cref="Run{T}"/>
    public async Task Run(Task call)
    {
        Run();
        Assert.True(call.IsCompleted, "All turns have run and the call is not complete.");
        await call;
    }

    /// <summary>Moves the clock second by second, running what becomes ready.</summary>
    public void Advance(TimeSpan by)
    {
        for (TimeSpan left = by; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            Time.Advance(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
            Run();
        }
    }

    public async Task Stop(CancellationToken cancellation = default)
    {
        Task stop = _silo.Stop(cancellation);
        while (!stop.IsCompleted)
        {
            Run();
            await Task.Yield();
        }

        await stop;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop(new CancellationToken(canceled: true));
        await _silo.DisposeAsync();
    }
}

internal static class TimeoutExtensions
{
    public static ISiloBuilder WithTimeout(this ISiloBuilder silo, TimeSpan timeout) =>
        silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = timeout);
}
