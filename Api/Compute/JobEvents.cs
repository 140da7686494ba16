using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Turnstile.Api.Health;
using Turnstile.Api.Http;
using Turnstile.Compute;

namespace Turnstile.Api.Compute;

/// <summary>
/// A job on its way as server-sent events: <c>status</c> when it changes, <c>progress</c>, and <c>done</c> with the job at the end.
/// </summary>
internal static class JobEvents
{
    // A silent connection is cut by proxies; a progress event is sent at least this often.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<IResult> Stream(
        string id, HttpContext context, IGrainFactory grains, Draining draining)
    {
        if (await grains.FindJob(context, id) is not { } grain || await grain.View() is not { } job)
        {
            return ComputeEndpoints.NoSuchJob(id);
        }

        return TypedResults.ServerSentEvents(Follow(grain, job, draining.Ending, context.RequestAborted));
    }

    internal static async IAsyncEnumerable<SseItem<object>> Follow(
        IJobGrain grain, JobView job, CancellationToken stopping, [EnumeratorCancellation] CancellationToken aborted)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        JobStatus? told = null;
        while (true)
        {
            if (told != job.Status)
            {
                told = job.Status;
                yield return new SseItem<object>(new JobStatusBody(JobId.Format(job.Id), Words.Of(job.Status)), "status");
            }

            if (job.Ended)
            {
                yield return new SseItem<object>(JobBody.Of(job), "done");
                yield break;
            }

            yield return new SseItem<object>(
                new JobProgressBody(JobId.Format(job.Id), Words.Of(job.Status), job.Progress, Math.Round(job.CpuSeconds, 6)), "progress");
            if (await grain.Changed(job.Version, Patience).OrNull(stop.Token) is not { } next)
            {
                yield break;
            }

            job = next;
        }
    }
}
