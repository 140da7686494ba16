using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Turnstile.Grains.Storage;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Storage;

/// <summary>When old things are deleted.</summary>
public sealed class RetentionTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Every_hour_what_is_older_goes_and_a_failure_is_made_up_for_at_the_next()
    {
        using var retention = new Kept(keepDays: 2, _time);
        DateTimeOffset start = _time.GetUtcNow();
        await retention.StartAsync(CancellationToken.None);
        await Advance(TimeSpan.FromMinutes(59));
        Assert.Empty(retention.Asked);

        retention.Fails = true;
        await Advance(TimeSpan.FromMinutes(1));
        await Until(retention, passes: 1);
        retention.Fails = false;
        await Advance(TimeSpan.FromHours(1));
        await Until(retention, passes: 2);

        Assert.Equal([start.AddDays(-2).AddHours(1), start.AddDays(-2).AddHours(2)], retention.Asked);
        await retention.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_short_age_is_looked_at_ten_times_within_it()
    {
        using var retention = new Kept(keepDays: 100.0 / 86_400, _time);
        await retention.StartAsync(CancellationToken.None);
        await Advance(TimeSpan.FromSeconds(10));
        await Until(retention, passes: 1);
        await retention.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_is_kept_for_good_is_never_looked_at()
    {
        using var retention = new Kept(keepDays: 0, _time);
        await retention.StartAsync(CancellationToken.None);
        await retention.ExecuteTask!;
        Assert.Empty(retention.Asked);
    }

    private async Task Advance(TimeSpan by)
    {
        await Wait.Until("it waits", () => Task.FromResult(_time.Waiting > 0));
        _time.Advance(by);
    }

    private static Task Until(Kept retention, int passes) =>
        Wait.Until($"{passes} passes are over", () => Task.FromResult(retention.Asked.Count == passes));

    private sealed class Kept(double keepDays, TimeProvider time)
        : Retention("things", keepDays, time, NullLogger.Instance)
    {
        public List<DateTimeOffset> Asked { get; } = [];

        public bool Fails { get; set; }

        protected internal override async IAsyncEnumerable<int> DropOlder(
            DateTimeOffset than, [EnumeratorCancellation] CancellationToken stop)
        {
            Asked.Add(than);
            await Task.CompletedTask;
            yield return Fails ? throw new StorageUnavailableException("The disk is full.") : 0;
        }
    }
}
