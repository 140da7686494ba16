namespace Turnstile.Silo;

/// <summary>How a process of the service runs, from its start to its end.</summary>
public static class HostRun
{
    /// <summary>
    /// Runs the host until the process is told to stop. Where that comes before it has started, what has been started is stopped
    /// as ever, and it is no fault: the host's own way would be to end the process as a crash does.
    /// </summary>
    public static async Task RunToTheEnd(this IHost host)
    {
        CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            try
            {
                await host.StartAsync();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // What follows stops it.
            }

            await host.WaitForShutdownAsync();
        }
        finally
        {
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }
}
