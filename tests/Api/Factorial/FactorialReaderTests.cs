using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans;
using Turnstile.Api.Factorial;
using Turnstile.Api.Health;
using Turnstile.Compute;
using Turnstile.Factorial;
using Turnstile.Grains.Factorial;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Factorial;

public sealed class FactorialReaderTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Draining _draining;

    public FactorialReaderTests() =>
        _draining = new Draining(Options.Create(new DrainOptions()), _time, NullLogger<Draining>.Instance);

    public void Dispose() => _draining.Dispose();

    [Theory]
    [InlineData(45, true)]
    [InlineData(90, false)]
    public async Task A_damaged_result_is_waited_for_as_long_as_is_configured_though_a_grain_holds_no_call_so_long(
        int mendedAfterSeconds, bool isThere)
    {
        DateTimeOffset began = _time.GetUtcNow();

        FactorialFound found = await Reader(new DamagedGrain(_time, TimeSpan.FromSeconds(mendedAfterSeconds)))
            .Read(3, CancellationToken.None);

        Assert.Equal(isThere, found.Text is not null);
        Assert.Equal(TimeSpan.FromSeconds(isThere ? mendedAfterSeconds : 60), _time.GetUtcNow() - began);
    }

    [Fact]
    public async Task Who_waits_for_a_damaged_result_is_told_how_it_stands_when_the_service_stops()
    {
        var never = new DamagedGrain(_time, TimeSpan.FromDays(1)) { Holds = new TaskCompletionSource<FactorialView?>().Task };
        ValueTask<FactorialFound> reading = Reader(never).Read(3, CancellationToken.None);

        await _draining.StoppingAsync(CancellationToken.None);

        FactorialFound found = await reading.AsTask().WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        Assert.Equal((FactorialStatus.Calculating, false), (found.View?.Status, found.Text is not null));
    }

    [Fact]
    public async Task Who_waits_for_an_object_store_that_hangs_is_let_go_when_the_service_stops()
    {
        var never = new DamagedGrain(_time, TimeSpan.Zero) { Reading = new TaskCompletionSource<FactorialReading?>().Task };
        Task reading = Reader(never).Read(3, CancellationToken.None).AsTask();
        await _draining.StoppingAsync(CancellationToken.None);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => reading.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System));
    }

    private FactorialReader Reader(IFactorialGrain grain) => new(
        new FactorialCache(0, TimeSpan.FromHours(1), 0, _time),
        new FactorialCounts(),
        Double.Of<IGrainFactory>(_ => grain),
        Options.Create(new FactorialOptions { RepairSeconds = 60 }),
        _draining,
        _time);

    /// <summary>Whoever waits for it moves the clock.</summary>
    private sealed class DamagedGrain(ManualTime time, TimeSpan mendedAfter) : IFactorialGrain
    {
        private static readonly TimeSpan HeldMax = TimeSpan.FromSeconds(5);

        private readonly DateTimeOffset _mendedAt = time.GetUtcNow() + mendedAfter;

        /// <summary>What whoever waits for it is held by instead.</summary>
        public Task<FactorialView?>? Holds { get; init; }

        /// <summary>What whoever reads it gets instead.</summary>
        public Task<FactorialReading?>? Reading { get; init; }

        private FactorialView Now => new()
        {
            Number = 3,
            Status = time.GetUtcNow() < _mendedAt ? FactorialStatus.Calculating : FactorialStatus.Done,
            Job = 1,
            Checksum = "checksum",
            CreatedAt = _mendedAt,
        };

        public Task<FactorialReading?> Read() => Reading ?? Task.FromResult<FactorialReading?>(Now.Ended
            ? new FactorialReading { View = Now, Digits = Encoding.ASCII.GetBytes("6") }
            : new FactorialReading { View = Now, Repairing = true });

        public Task<FactorialView?> WhenEnded(TimeSpan patience)
        {
            if (Holds is not null)
            {
                return Holds;
            }

            TimeSpan held = new[] { patience, HeldMax, _mendedAt - time.GetUtcNow() }.Min();
            time.Advance(held);
            return Task.FromResult<FactorialView?>(Now);
        }

        public Task<FactorialAsked> Ask(CallerKey requester) => throw new NotSupportedException();

        public Task<FactorialView?> View() => throw new NotSupportedException();

        public Task<FactorialView?> Changed(long version, TimeSpan patience) => throw new NotSupportedException();
    }
}
