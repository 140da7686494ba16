using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnstile.Factorial;

namespace Turnstile.Grains.Factorial;

/// <summary>
/// Wakes the grains of factorials that a process left unfinished: at the start, and from time to time because in a
/// cluster another silo may have died. A grain that is awake takes no notice.
/// </summary>
internal sealed class FactorialRecovery(
    FactorialStore store,
    IGrainFactory grains,
    FactorialReads reads,
    IOptions<FactorialOptions> options,
    TimeProvider time,
    ILogger<FactorialRecovery> logger) : BackgroundService
{
    /// <summary>Before the grains end.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await reads.End();
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Wake(stoppingToken);
                await Task.Delay(TimeSpan.FromSeconds(options.Value.RecoverySeconds), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops; whoever starts next goes on.
        }
    }

    private async Task Wake(CancellationToken stop)
    {
        try
        {
            foreach (int number in await store.ListOpen())
            {
                stop.ThrowIfCancellationRequested();
                await grains.GetGrain<IFactorialGrain>(number).View();
            }
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            logger.LogWarning(e, "Unfinished factorials could not be taken up; that is tried again.");
        }
    }
}
