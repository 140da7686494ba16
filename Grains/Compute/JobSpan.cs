using System.Diagnostics;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>A job in a trace: how long it waited for the lane, and its computation from the first slice to the stored end.</summary>
internal sealed class JobSpan
{
    private readonly Activity _span;

    private JobSpan(Activity span) => _span = span;

    /// <summary>The job has its first slice.</summary>
    /// <returns>Null where it is not traced: nobody listens, or it was read back from the store.</returns>
    public static JobSpan? Begin(JobRow job, string? trace, DateTimeOffset now)
    {
        if (Traces.Start("lane wait", trace, job.SubmittedAt) is { } wait)
        {
            wait.SetEndTime(now.UtcDateTime);
            wait.Dispose();
        }

        if (Traces.Start($"job {job.Operation}", trace) is not { } span)
        {
            return null;
        }

        span.SetTag("turnstile.job", JobId.Format(job.Id));
        span.SetTag("turnstile.caller", job.Caller.Name);
        span.SetTag("turnstile.digits", job.Number.Length);
        Activity.Current = null;
        return new JobSpan(span);
    }

    /// <summary>What follows in this turn, the storing of the end, belongs to the job.</summary>
    public void Enter() => Activity.Current = _span;

    public void End(JobRow job)
    {
        Activity.Current = null;
        _span.SetTag("turnstile.status", job.Status.ToString());
        _span.SetTag("turnstile.cpu_seconds", job.CpuSeconds);
        if (job.Status == JobStatus.Failed)
        {
            _span.SetStatus(ActivityStatusCode.Error, job.Error);
        }

        _span.Dispose();
    }
}
