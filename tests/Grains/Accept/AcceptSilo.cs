using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Turnstile.Accept;
using Turnstile.Grains.Accept;
using Turnstile.Grains.Accept.Writers;
using Turnstile.Harness;
using Turnstile.Silo;

namespace Turnstile.Grains.Tests.Accept;

/// <summary>A silo on a clock that the test moves, with a database in a folder that outlives it.</summary>
internal sealed class AcceptSilo : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly int _shards;

    private AcceptSilo(IHost host, int shards)
    {
        _host = host;
        _shards = shards;
    }

    public AcceptStore Store => _host.Services.GetRequiredService<AcceptStore>();

    private IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    private IMinutesGrain Minutes => Grains.GetGrain<IMinutesGrain>(0);

    public static async Task<AcceptSilo> Start(string folder, ManualTime time, int shards = 3, params IRecordWriter[] writers)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Path"] = Path.Combine(folder, "turnstile.db"),
            ["Accept:File:Path"] = Path.Combine(folder, "accept.jsonl"),
            ["Accept:Shards"] = shards.ToString(),
        });
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddTurnstileSilo();
        builder.Services.AddSingleton(new RecordWriters(writers));
        IHost host = builder.Build();
        await host.StartAsync();
        var silo = new AcceptSilo(host, shards);

        // The first call finds out from when on minutes have records.
        await silo.CloseDue();
        return silo;
    }

    /// <summary>Adds the ids to their shards.</summary>
    /// <returns>The outcome, which is the same for all.</returns>
    public async Task<AddOutcome> Add(long minute, params IEnumerable<long> ids)
    {
        AddOutcome[] outcomes = await Task.WhenAll(
            from id in ids
            group id by ShardKey.Holding(id, _shards) into shard
            select Grains.GetGrain<IMinuteShardGrain>(shard.Key.Value).Add(minute, [.. shard]));
        return Assert.Single(outcomes.Distinct());
    }

    public Task CloseDue() => Minutes.CloseDue();

    public Task<long> Count(long minute) => Minutes.Count(minute);

    public Task<MinutesView> View() => Minutes.View();

    public Task Deliver(string writer) => Grains.GetGrain<IRecordWriterGrain>(writer).Deliver();

    /// <summary>The records of all closed minutes, by minute.</summary>
    public async Task<ImmutableSortedDictionary<long, long>> Records() => (await Store.RecordsAfter(0, 10_000))
        .ToImmutableSortedDictionary(record => record.Minute, record => record.UniqueIds);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
