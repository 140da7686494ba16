using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnstile.Events;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Events;

/// <summary>
/// Wakes every partition once a second: after a start, after the loss of a silo, and for failures whose next attempt
/// falls due.
/// </summary>
internal sealed class EventWaker(
    IGrainFactory grains,
    EventOutput output,
    IOptions<EventsOptions> options,
    TimeProvider time,
    ILogger<EventWaker> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Before the grains end: partitions that have a backlog, or whose output stands still, would not.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await output.LetGo();
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                for (int partition = 0; partition < options.Value.Partitions; partition++)
                {
                    await grains.GetGrain<IEventPartitionGrain>(partition).Wake();
                }
            }
            catch (Exception e)
            {
                logger.Log(e.Level(), e, "The event partitions could not be woken; they are in a second.");
            }
        }
        while (await Next(timer, stoppingToken));
    }

    private static async Task<bool> Next(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
