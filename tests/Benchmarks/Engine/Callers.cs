namespace Turnstile.Benchmarks.Engine;

/// <summary>Loops that call until a moment.</summary>
internal static class Callers
{
    private const int CallsPerLookAtTheClock = 64;

    public static async Task<long> CallUntil(Func<Task> call, long until)
    {
        long calls = 0;
        while (TimeProvider.System.GetTimestamp() < until)
        {
            for (int i = 0; i < CallsPerLookAtTheClock; i++)
            {
                await call();
            }

            calls += CallsPerLookAtTheClock;
        }

        return calls;
    }

    public static async Task<long> CallValueUntil(Func<ValueTask<int>> call, long until)
    {
        long calls = 0;
        while (TimeProvider.System.GetTimestamp() < until)
        {
            for (int i = 0; i < CallsPerLookAtTheClock; i++)
            {
                await call();
            }

            calls += CallsPerLookAtTheClock;
        }

        return calls;
    }

    /// <summary>Calls of several callers at once, each waiting for its own answer.</summary>
    public static async Task<long> CallUntil(IEnumerable<Func<Task>> calls, long until) =>
        (await Task.WhenAll(calls.Select(call => Task.Run(() => CallUntil(call, until))))).Sum();
}
