using Microsoft.Extensions.Hosting;

namespace Turnstile.Grains.Compute;

/// <summary>Counts this start of the process in the database, which makes the ids of its jobs its own.</summary>
internal sealed class ProcessStart(JobStore store, TimeProvider time) : IHostedService
{
    private JobIds? _ids;

    /// <exception cref="InvalidOperationException">The process has not started.</exception>
    public JobIds Ids => _ids ?? throw new InvalidOperationException("Ids are made only after the start was counted.");

    public async Task StartAsync(CancellationToken cancellationToken) => _ids = new JobIds(time, await store.CountStart());

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
