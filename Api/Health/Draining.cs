using Microsoft.Extensions.Options;

namespace Turnstile.Api.Health;

/// <summary>
/// Stops the service in an order that loses no call: first it says that it is not ready, then it refuses what is new, and only
/// then the port closes. Calls that were taken in are answered meanwhile.
/// </summary>
internal sealed class Draining(IOptions<DrainOptions> options, TimeProvider time, ILogger<Draining> logger)
    : IHostedLifecycleService, IDisposable
{
    /// <summary>Seconds after which whoever is refused may come back; another process has taken over by then.</summary>
    public const string RetryAfterSeconds = "5";

    // Half of what the host has patience for once the port has closed: the other half is the grains', who write their state down.
    private static readonly TimeSpan AnswersPatience = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _late = new(Timeout.InfiniteTimeSpan, time);
    private volatile bool _started;
    private volatile bool _stopping;

    /// <summary>The service is about to stop and should be given no more work.</summary>
    public bool Stopping => _stopping;

    /// <summary>Nothing new is done any more.</summary>
    public bool Refuses => _ending.IsCancellationRequested;

    /// <summary>
    /// Nothing new is done any more, and what is held is let go: waits and streams. Not before: the host says that it stops as soon as
    /// it is told to, while everything is still answered, and who is let go at once would ask again at once.
    /// </summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>
    /// Who has not taken his answer by now does not get it: somebody who reads nothing would keep the server from its end for longer than
    /// the host waits for all.
    /// </summary>
    public CancellationToken Late => _late.Token;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = true;

        // Nobody has been told to come here yet.
        DrainOptions periods = _started ? options.Value : new DrainOptions();
        logger.LogInformation(
            "Stopping: not ready as of now, no new calls in {Notice} s, the port closes {Refuse} s later.",
            periods.NoticeSeconds,
            periods.RefuseSeconds);
        await Pause(periods.NoticeSeconds, cancellationToken);
        await _ending.CancelAsync();
        await Pause(periods.RefuseSeconds, cancellationToken);
        _late.CancelAfter(AnswersPatience);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _started = true;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _ending.Dispose();
        _late.Dispose();
    }

    /// <summary>Cut short where the host has no more patience.</summary>
    private async Task Pause(double seconds, CancellationToken patience)
    {
        if (seconds > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), time, patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
