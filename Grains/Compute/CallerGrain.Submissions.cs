using System.Collections.Immutable;
using System.Diagnostics;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <content>How jobs are taken in: many submissions at once, each stored before it is answered.</content>
internal sealed partial class CallerGrain
{
    public async Task<SubmitOutcome> Submit(ImmutableArray<JobRequest> requests)
    {
        using Activity? span = Traces.StartTurn("caller submit");
        span?.SetTag("turnstile.caller", _key.Name).SetTag("turnstile.jobs", requests.Length);
        await Register();
        return requests switch
        {
            [{ IdempotencyKey: { } key } request] => await _keyed.Submit(key, request),
            [{ IdempotencyKey: { } key }, ..] => await _keyed.Submit(key, requests),
            _ => await Store(requests),
        };
    }

    private async Task<SubmitOutcome> Store(ImmutableArray<JobRequest> requests)
    {
        if (_book.Open + requests.Length > QueuedMax)
        {
            double pace = _book.EndsPerSecond(Now);
            long excess = _book.Open + requests.Length - QueuedMax;
            return new SubmitOutcome.QueueFull
            {
                QueuedMax = QueuedMax, RetryAfterSeconds = pace > 0 ? Math.Clamp(excess / pace, 1, 3_600) : 60,
            };
        }

        var jobs = new JobRow[requests.Length];
        var inMemory = new bool[requests.Length];
        int priority = 0;
        for (int i = 0; i < jobs.Length; i++)
        {
            jobs[i] = NewJob(requests[i]);
            inMemory[i] = _book.Admit(jobs[i]);
            priority = Math.Max(priority, jobs[i].Priority);
        }

        Keep();
        try
        {
            await store.AddJobs(jobs);
        }
        catch
        {
            for (int i = 0; i < jobs.Length; i++)
            {
                _book.Abandon(jobs[i], inMemory[i]);
            }

            Keep();
            throw;
        }

        for (int i = 0; i < jobs.Length; i++)
        {
            _book.Commit(jobs[i], inMemory[i]);
        }

        _answers.Look(jobs).InBackground(logger);
        Feed(priority);
        return new SubmitOutcome.Accepted { Ids = [.. jobs.Select(job => job.Id)] };
    }

    /// <summary>A job whose answer is known ends at once, without a turn.</summary>
    private void Adopt(long job, long source) => GrainFactory.GetGrain<IJobGrain>(job).Adopt(source).InBackground(logger);

    private JobRow NewJob(JobRequest request) => new()
    {
        Id = ids.Next(_book.LastJob),
        CallerId = _book.Row.Id,
        Caller = _key,
        Operation = request.Operation,
        Number = request.Number,
        Priority = request.Priority,
        TimeoutSeconds = request.TimeoutSeconds,
        IdempotencyKey = request.IdempotencyKey,
        Status = JobStatus.Queued,
        SubmittedAt = Time.GetUtcNow(),
        Trace = Traces.On ? Activity.Current?.Id : null,
    };
}
