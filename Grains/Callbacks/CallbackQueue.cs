using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Turnstile.Grains.Callbacks;

/// <summary>
/// Makes callbacks in the background: so many at a time, again after a pause where that may help, never where it must not. They are
/// kept in memory alone: those that wait when the process ends are lost.
/// </summary>
public sealed class CallbackQueue : IHostedService, IDisposable
{
    private static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(1);

    private readonly CallbackSender _sender;
    private readonly CallbackTelemetry _telemetry;
    private readonly CallbackOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<CallbackQueue> _logger;
    private readonly CancellationTokenSource _stop = new();

    // Guards all that follows.
    private readonly Lock _gate = new();
    private readonly CallbackBook _book;
    private readonly Random _random;
    private int _running;

    internal CallbackQueue(
        CallbackSender sender,
        IOptions<CallbackOptions> options,
        CallbackTelemetry telemetry,
        TimeProvider time,
        Random random,
        ILogger<CallbackQueue> logger)
    {
        _sender = sender;
        _telemetry = telemetry;
        _options = options.Value;
        _time = time;
        _random = random;
        _logger = logger;
        _book = new CallbackBook(_options);
    }

    /// <summary>Takes a callback in; at once.</summary>
    /// <returns>False where too many wait: it is dropped, and counted.</returns>
    public bool Add(Callback callback)
    {
        lock (_gate)
        {
            if (_book.TryAdd(callback))
            {
                Begin();
                return true;
            }
        }

        _telemetry.Ended("dropped");
        return false;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => _stop.CancelAsync();

    public void Dispose() => _stop.Dispose();

    /// <summary>Under the lock: begins what may be under way.</summary>
    private void Begin()
    {
        while (_running < _options.RunningMax && !_stop.IsCancellationRequested)
        {
            if (_book.Take(_time.GetUtcNow(), out bool mayCall) is not { } callback)
                return;
            _running++;
            ThreadPool.UnsafeQueueUserWorkItem(_ => Run(callback, mayCall), null);
        }
    }

    private async void Run(Callback callback, bool mayCall)
    {
        CallbackOutcome? outcome = null;
        try
        {
            if (mayCall)
                outcome = await _sender.Send(callback, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
        catch (Exception e)
        {
            _logger.LogError(e, "The callback to {Address} could not be made.", callback.Address);
            outcome = new CallbackOutcome.Failed(e.Message);
        }

        callback.Attempts++;
        bool again = outcome is { IsTransient: true } && callback.Attempts < _options.AttemptsMax;
        lock (_gate)
        {
            _running--;
            bool? reached = !mayCall || outcome is CallbackOutcome.Unready
                ? null
                : outcome is CallbackOutcome.Answered { Status: < 500 } or CallbackOutcome.Refused;
            _book.End(callback, mayCall, reached, _time.GetUtcNow());
            if (!again)
                _book.Leave();
            Begin();
        }

        Note(callback, outcome, again);
        if (again)
            await Retry(callback);
    }

    private async Task Retry(Callback callback)
    {
        try
        {
            await Task.Delay(Pause(callback.Attempts), _time, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        _telemetry.Retried();
        lock (_gate)
        {
            _book.Return(callback);
            Begin();
        }
    }

    private TimeSpan Pause(int attempts)
    {
        double longest = Math.Min(_options.RetryMilliseconds * Math.Pow(2, attempts - 1), PauseMax.TotalMilliseconds);
        lock (_gate)
        {
            return TimeSpan.FromMilliseconds(longest * (1 + _random.NextDouble()) / 2);
        }
    }

    private void Note(Callback callback, CallbackOutcome? outcome, bool again)
    {
        switch (outcome)
        {
            case CallbackOutcome.Answered answered:
                _logger.LogInformation("The callback to {Address} was answered {Status}.", callback.Address, answered.Status);
                break;
            case CallbackOutcome.Refused refused:
                _logger.LogWarning("The callback to {Address} was refused: {Reason}.", callback.Address, refused.Reason);
                break;
            case CallbackOutcome.Failed failed:
                _logger.LogWarning(
                    "The callback to {Address} failed at try {Attempt}: {Reason}.", callback.Address, callback.Attempts, failed.Reason);
                break;
            case CallbackOutcome.Unready unready:
                _logger.LogWarning(
                    "What the callback to {Address} says could not be had at try {Attempt}: {Reason}.",
                    callback.Address,
                    callback.Attempts,
                    unready.Reason);
                break;
            default:
                break;
        }

        if (again)
            return;
        if (outcome is CallbackOutcome.Answered end)
            _telemetry.Answered(end.Status);
        else
            _telemetry.Ended(outcome switch { CallbackOutcome.Refused => "refused", null => "left_alone", _ => "failed" });
    }
}
