namespace Turnstile.Load.Soak;

/// <summary>
/// One kind of use, repeated at a steady pace, that knows what the service has to answer. What it remembers it changes in
/// one task alone.
/// </summary>
internal abstract class SoakActivity(string name)
{
    private readonly Percentiles _times = new();

    public string Name => name;

    /// <summary>Answers that were not what they had to be.</summary>
    protected long Wrong { get; set; }

    /// <summary>Does the next thing.</summary>
    protected abstract Task Step();

    /// <summary>Looks whether all that was answered is there.</summary>
    /// <returns>How much is missing.</returns>
    protected abstract Task<long> CountLost();

    public async Task Run(TimeSpan pace, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(pace);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                long start = TimeProvider.System.GetTimestamp();
                await Step();
                _times.Add(TimeProvider.System.GetElapsedTime(start));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Its time is over.
        }
    }

    public async Task Tell(Report report)
    {
        report.Add($"{name}: steps", _times.Count, "", atLeast: 1);
        report.Add($"{name}: p50", _times.Milliseconds(0.5), "ms");
        report.Add($"{name}: p99", _times.Milliseconds(0.99), "ms");
        report.Add($"{name}: lost", await CountLost(), "", atMost: 0);
        report.Add($"{name}: wrong", Wrong, "", atMost: 0);
    }
}
