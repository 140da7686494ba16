using Microsoft.Extensions.Logging;

namespace Turnstile.Grains.Tests.Compute;

/// <summary>A log that a test can wait on.</summary>
internal sealed class MessageLog : ILoggerProvider, ILogger
{
    private readonly Lock _gate = new();
    private readonly List<string> _messages = [];
    private readonly List<(string Part, TaskCompletionSource Seen)> _waiting = [];

    /// <summary>Completes once a message with this in it was written, now or before.</summary>
    public Task Says(string part)
    {
        lock (_gate)
        {
            if (_messages.Any(message => message.Contains(part, StringComparison.Ordinal)))
            {
                return Task.CompletedTask;
            }

            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((part, seen));
            return seen.Task.WaitAsync(ComputeHost.Patience, TimeProvider.System);
        }
    }

    /// <summary>How many messages with this in it were written.</summary>
    public int Count(string part)
    {
        lock (_gate)
        {
            return _messages.Count(message => message.Contains(part, StringComparison.Ordinal));
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string message = formatter(state, exception);
        lock (_gate)
        {
            _messages.Add(message);
            foreach ((string part, TaskCompletionSource seen) in _waiting)
            {
                if (message.Contains(part, StringComparison.Ordinal))
                {
                    seen.TrySetResult();
                }
            }
        }
    }

    public void Dispose()
    {
    }
}
