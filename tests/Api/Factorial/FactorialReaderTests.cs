using System.Text;
using Microsoft.Extensions.Options;
using Orleans;
using Turnstile.Api.Factorial;
using Turnstile.Compute;
using Turnstile.Factorial;
using Turnstile.Grains.Factorial;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Factorial;

public sealed class FactorialReaderTests
{
    [Theory]
    [InlineData(45, true)]
    [InlineData(90, false)]
    public async Task A_damaged_result_is_waited_for_as_long_as_is_configured_though_a_grain_holds_no_call_so_long(
        int mendedAfterSeconds, bool isThere)
    {
        var time = new ManualTime();
        DateTimeOffset began = time.GetUtcNow();
        var grain = new DamagedGrain(time, TimeSpan.FromSeconds(mendedAfterSeconds));
        IGrainFactory grains = Double.Of<IGrainFactory>(_ => grain);
        var reader = new FactorialReader(
            new FactorialCache(0, TimeSpan.FromHours(1), 0, time),
            new FactorialCounts(),
            grains,
            Options.Create(new FactorialOptions { RepairSeconds = 60 }),
            time);

        FactorialFound found = await reader.Read(3, CancellationToken.None);

        Assert.Equal(isThere, found.Text is not null);
        Assert.Equal(TimeSpan.FromSeconds(isThere ? mendedAfterSeconds : 60), time.GetUtcNow() - began);
    }

    /// <summary>Whoever waits for it moves the clock.</summary>
    private sealed class DamagedGrain(ManualTime time, TimeSpan mendedAfter) : IFactorialGrain
    {
        private static readonly TimeSpan HeldMax = TimeSpan.FromSeconds(20);

        private readonly DateTimeOffset _mendedAt = time.GetUtcNow() + mendedAfter;

        private FactorialView Now => new()
        {
            Number = 3,
            Status = time.GetUtcNow() < _mendedAt ? FactorialStatus.Calculating : FactorialStatus.Done,
            Job = 1,
            Checksum = "checksum",
            CreatedAt = _mendedAt,
        };

        public Task<FactorialReading?> Read() => Task.FromResult<FactorialReading?>(Now.Ended
            ? new FactorialReading { View = Now, Digits = Encoding.ASCII.GetBytes("6") }
            : new FactorialReading { View = Now, Repairing = true });

        public Task<FactorialView?> WhenEnded(TimeSpan patience)
        {
            TimeSpan held = new[] { patience, HeldMax, _mendedAt - time.GetUtcNow() }.Min();
            time.Advance(held);
            return Task.FromResult<FactorialView?>(Now);
        }

        public Task<FactorialAsked> Ask(CallerKey requester) => throw new NotSupportedException();

        public Task<FactorialView?> View() => throw new NotSupportedException();

        public Task<FactorialView?> Changed(long version, TimeSpan patience) => throw new NotSupportedException();
    }
}
