using System.Net.ServerSentEvents;
using Turnstile.Api.Compute;
using Turnstile.Compute;

namespace Turnstile.Api.Tests.Compute;

public sealed class JobEventsTests
{
    [Fact]
    public async Task Who_follows_a_job_is_let_go_when_the_service_stops_whatever_the_job_does()
    {
        using var stopping = new CancellationTokenSource();
        var job = new SilentJob();
        Task<List<string>> following = Follow(job, stopping.Token);
        await job.Asked.WaitAsync(TimeSpan.FromMinutes(1));

        await stopping.CancelAsync();

        Assert.Equal(["status", "progress"], await following.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private static async Task<List<string>> Follow(IJobGrain job, CancellationToken stopping)
    {
        var events = new List<string>();
        await foreach (SseItem<object> item in JobEvents.Follow(job, (await job.View())!, stopping, CancellationToken.None))
        {
            events.Add(item.EventType);
        }

        return events;
    }

    /// <summary>A job that is queued and never changes.</summary>
    private sealed class SilentJob : IJobGrain
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when somebody waits for a change.</summary>
        public Task Asked => _asked.Task;

        public Task<JobView?> View() => Task.FromResult<JobView?>(new JobView
        {
            Id = 1, Caller = new CallerKey("", "me"), Operation = JobOperation.Factorize, Number = "15",
            Status = JobStatus.Queued, SubmittedAt = DateTimeOffset.UnixEpoch,
        });

        public Task<JobView?> Changed(long version, TimeSpan patience)
        {
            _asked.TrySetResult();
            return new TaskCompletionSource<JobView?>().Task;
        }

        public Task<JobView?> WhenEnded(TimeSpan patience) => throw new NotSupportedException();

        public Task<CancelOutcome> Cancel() => throw new NotSupportedException();

        public Task<RetryOutcome> Retry() => throw new NotSupportedException();

        public Task<ReadOnlyMemory<byte>?> ReadValue(long offset, int count) => throw new NotSupportedException();

        public Task<SliceEnd> RunSlice(SliceGrant grant) => throw new NotSupportedException();

        public Task Adopt(long source) => throw new NotSupportedException();

        public Task Cool() => throw new NotSupportedException();
    }
}
