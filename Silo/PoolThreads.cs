using Microsoft.Extensions.Options;
using Turnstile.Grains.Storage;

namespace Turnstile.Silo;

/// <summary>
/// The pool's threads, which the whole process shares. Where ids of accept are in files, the pool's thread that brings some writes them
/// itself and waits for the disk, one at a time: meanwhile there are to be as many for all else as there are processors, at once and not
/// when the pool notices after half a second.
/// </summary>
internal sealed class PoolThreads(IOptions<StorageOptions> storage) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(storage.Value.ConnectionString))
        {
            ThreadPool.GetMinThreads(out int workers, out int ports);
            ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + 1), ports);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
