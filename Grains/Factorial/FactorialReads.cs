namespace Turnstile.Grains.Factorial;

/// <summary>
/// Whether results are still read from the object store by this process. A grain ends after its calls, and one that waits for a store
/// that hangs would keep the process from its end.
/// </summary>
internal sealed class FactorialReads : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Fires when the process is about to end.</summary>
    public CancellationToken Ending => _stop.Token;

    /// <summary>Gives up what is being read.</summary>
    public Task End() => _stop.CancelAsync();

    public void Dispose() => _stop.Dispose();
}
