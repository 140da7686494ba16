using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Turnstile.Accept;
using Turnstile.Grains.Accept.Writers;

namespace Turnstile.Grains.Accept;

/// <summary>
/// Wakes whoever closes minutes and delivers records, once a second from every silo: after a crash of any of them the others go on.
/// </summary>
internal sealed class AcceptTicks(
    IGrainFactory grains, RecordWriters writers, TimeProvider time, ILogger<AcceptTicks> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>A writer that cannot work ends the process now, not at the first minute.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        writers.Check();
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Before the grains end: deliveries that wait for a destination are given up.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await writers.Stop();
        await base.StopAsync(cancellationToken);
    }

    /// <summary>Each at its own pace: a writer whose destination hangs holds nobody up.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
    [
        Repeat("Minutes could not be closed", () => grains.GetGrain<IMinutesGrain>(0).CloseDue(), stoppingToken),
        .. writers.Names.Select(name => Repeat(
            $"Writer {name} could not deliver", () => grains.GetGrain<IRecordWriterGrain>(name).Deliver(), stoppingToken)),
    ]);

    private async Task Repeat(string trouble, Func<Task> call, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Period, time);
        bool failed = false;
        try
        {
            do
            {
                try
                {
                    await call();
                    failed = false;
                }
                catch (Exception e)
                {
                    if (!failed)
                        logger.LogWarning(e, "{Trouble}; it is tried again every second.", trouble);
                    failed = true;
                }
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }
}
