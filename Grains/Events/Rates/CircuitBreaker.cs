namespace Turnstile.Grains.Events.Rates;

/// <summary>
/// Leaves a source alone for a while once it failed too often in a row; after that, one request decides whether it goes
/// on (the circuit breaker of Michael Nygard, Release It!, 2007).
/// </summary>
internal sealed class CircuitBreaker(int failuresMax, TimeSpan period)
{
    private int _failures;
    private DateTimeOffset _openUntil = DateTimeOffset.MinValue;

    public bool Allows(DateTimeOffset now) => now >= _openUntil;

    public void Succeeded() => _failures = 0;

    public void Failed(DateTimeOffset now)
    {
        if (++_failures >= failuresMax)
        {
            // A failure more and it opens again: the count stands one below the limit until a success.
            _failures = failuresMax - 1;
            _openUntil = now + period;
        }
    }
}
