using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Turnstile.Grains.Storage;

/// <summary>
/// Deletes what is older than it is to be kept: from time to time, and a little at a time, so that nobody waits for it. Several silos
/// may do so at once; what one has deleted the others do not find.
/// </summary>
/// <param name="what">What is deleted, for the log.</param>
/// <param name="keepDays">How long it is kept, in days; 0 for good.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told of each pass that deleted something, and of failures.</param>
internal abstract class Retention(string what, double keepDays, TimeProvider time, ILogger logger) : BackgroundService
{
    // An age is met to a tenth of it, and to an hour where it is long. The first pass is not at the start: what was under way when a
    // process ended is taken up before.
    private const int PassesPerAge = 10;

    // The pause after a transaction is so many times as long as it took: a quarter of the database's time, at most, is for this.
    private const int PauseRatio = 3;

    private static readonly TimeSpan PeriodMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PeriodMax = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (keepDays == 0)
        {
            return;
        }

        TimeSpan age = TimeSpan.FromDays(keepDays);
        var period = TimeSpan.FromTicks(Math.Clamp(age.Ticks / PassesPerAge, PeriodMin.Ticks, PeriodMax.Ticks));
        try
        {
            while (true)
            {
                await Task.Delay(period, time, stoppingToken);
                await Pass(age, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops; whoever starts next goes on.
        }
    }

    /// <summary>Deletes what is older, oldest first, a transaction for each element: how many things it deleted.</summary>
    protected internal abstract IAsyncEnumerable<int> DropOlder(DateTimeOffset than, CancellationToken stop);

    private async Task Pass(TimeSpan age, CancellationToken stop)
    {
        long dropped = 0;
        try
        {
            long began = time.GetTimestamp();
            await foreach (int more in DropOlder(time.GetUtcNow() - age, stop))
            {
                dropped += more;
                await Task.Delay(PauseRatio * time.GetElapsedTime(began), time, stop);
                began = time.GetTimestamp();
            }
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            logger.LogWarning(e, "Old {What} could not be deleted; that is tried again.", what);
        }

        if (dropped > 0)
        {
            logger.LogInformation("{Count} {What} older than {Days} days were deleted.", dropped, what, age.TotalDays);
        }
    }
}
