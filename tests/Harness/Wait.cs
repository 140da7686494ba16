using System.Diagnostics;

namespace Turnstile.Harness;

/// <summary>Waits of tests for what comes in its own time.</summary>
public static class Wait
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Looks until it is so.</summary>
    /// <param name="what">What is waited for, behind "until".</param>
    /// <param name="isSo">Whether it is so now.</param>
    /// <param name="patience">How long it may take; two minutes where nothing is said.</param>
    /// <exception cref="TimeoutException">It never was; says what was waited for.</exception>
    public static async Task Until(string what, Func<Task<bool>> isSo, TimeSpan? patience = null)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(start) > (patience ?? Patience))
            {
                throw new TimeoutException($"Waited in vain until {what}.");
            }

            await Task.Delay(Period, TimeProvider.System);
        }
    }
}
