using Turnstile.Api.Compute;
using Turnstile.Compute;

namespace Turnstile.Api.Tests.Compute;

public sealed class JobValuesTests
{
    [Fact]
    public async Task Digits_that_end_before_their_time_break_the_answer_off_instead_of_holding_it_for_ever()
    {
        using var body = new MemoryStream();

        await Assert.ThrowsAsync<InvalidDataException>(() => JobValues.Copy(new ShortJob(), 20, body, CancellationToken.None));

        Assert.Equal(10, body.Length);
    }

    /// <summary>A job of whose digits ten are in the store; asked for more than once behind them, it fails otherwise.</summary>
    private sealed class ShortJob : IJobGrain
    {
        private int _asked;

        public Task<ReadOnlyMemory<byte>?> ReadValue(long offset, int count) => Task.FromResult<ReadOnlyMemory<byte>?>(
            _asked++ <= 1 ? new byte[Math.Max(0, 10 - offset)] : throw new NotSupportedException());

        public Task<JobView?> View() => throw new NotSupportedException();

        public Task<JobView?> Changed(long version, TimeSpan patience) => throw new NotSupportedException();

        public Task<JobView?> WhenEnded(TimeSpan patience) => throw new NotSupportedException();

        public Task<CancelOutcome> Cancel() => throw new NotSupportedException();

        public Task<RetryOutcome> Retry() => throw new NotSupportedException();

        public Task<SliceEnd> RunSlice(SliceGrant grant) => throw new NotSupportedException();

        public Task Adopt(long source) => throw new NotSupportedException();

        public Task Cool() => throw new NotSupportedException();
    }
}
