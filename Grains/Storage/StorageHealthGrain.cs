using Orleans.Concurrency;
using Turnstile.Storage;

namespace Turnstile.Grains.Storage;

/// <summary>Writes the database's probe; as many of it run at once as are asked.</summary>
[StatelessWorker]
[Reentrant]
internal sealed class StorageHealthGrain(Database database) : Grain, IStorageHealthGrain
{
    public Task Check() => database.Ping();
}
