using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Turnstile.Factorial;
using Turnstile.Grains.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>
/// Stores the request counts every few seconds and at the end. Nothing is promised on them: a crash loses what was
/// counted since.
/// </summary>
internal sealed class FactorialCounting(
    FactorialCounts counts,
    IGrainFactory grains,
    IOptions<FactorialOptions> options,
    TimeProvider time,
    ILogger<FactorialCounting> logger) : BackgroundService
{
    private const int MessageCountsMax = 1_000;

    private readonly SemaphoreSlim _storing = new(1, 1);

    /// <summary>Stores what has been counted up to now.</summary>
    public async Task Store()
    {
        await _storing.WaitAsync();
        try
        {
            foreach (FactorialCount[] some in counts.Take().Chunk(MessageCountsMax))
            {
                await Store([.. some]);
            }
        }
        finally
        {
            _storing.Release();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Store();
    }

    public override void Dispose()
    {
        _storing.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.CountSeconds), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Store();
            }
        }
        catch (OperationCanceledException)
        {
            // The rest is stored by StopAsync.
        }
    }

    private async Task Store(ImmutableArray<FactorialCount> some)
    {
        try
        {
            await grains.GetGrain<IFactorialIndexGrain>(0).Count(some);
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "Request counts of factorials could not be stored; they are kept for the next time.");
            counts.Return(some);
        }
    }
}
