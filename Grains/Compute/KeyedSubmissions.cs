using Turnstile.Compute;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Compute;

/// <summary>
/// A caller's submissions with idempotency keys: the first with a key makes a job, its repeats are answered with that one. A
/// part of the caller's grain.
/// </summary>
/// <param name="store">Where earlier jobs are found.</param>
/// <param name="caller">The caller's id.</param>
/// <param name="submit">Makes a job.</param>
/// <param name="find">
/// Queues an open job unless it is known: one that another activation has stored, or whose storing was answered with a failure
/// because the connection broke in the middle of its commit.
/// </param>
internal sealed class KeyedSubmissions(
    JobStore store, long caller, Func<JobRequest, Task<SubmitOutcome>> submit, Action<JobRow> find)
{
    private readonly Dictionary<string, Task<SubmitOutcome>> _underWay = [];

    /// <summary>A key under way makes its repeats wait for it, so that they find what it stored.</summary>
    public async Task<SubmitOutcome> Submit(string key, JobRequest request)
    {
        while (_underWay.TryGetValue(key, out Task<SubmitOutcome>? first))
        {
            await ((Task)first).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

            // Whoever began it may have its turn only after this one.
            Forget(key, first);
        }

        Task<SubmitOutcome> submission = FindOrStore(key, request);
        _underWay.Add(key, submission);
        try
        {
            return await submission;
        }
        finally
        {
            Forget(key, submission);
        }
    }

    private async Task<SubmitOutcome> FindOrStore(string key, JobRequest request)
    {
        if (await store.FindByIdempotencyKey(caller, key) is { } known)
        {
            return Repeat(known, request);
        }

        try
        {
            return await submit(request);
        }
        catch (StorageConstraintException)
        {
            // An activation that was given up for dead has stored it after all, since this one looked.
            if (await store.FindByIdempotencyKey(caller, key) is not { } stored)
            {
                throw;
            }

            return Repeat(stored, request);
        }
    }

    private SubmitOutcome Repeat(JobRow known, JobRequest request)
    {
        if (!known.Ended)
        {
            find(known);
        }

        bool same = known.Operation == request.Operation && known.Number == request.Number
            && known.Priority == request.Priority && known.TimeoutSeconds == request.TimeoutSeconds;
        return same ? new SubmitOutcome.Repeated { Id = known.Id } : new SubmitOutcome.KeyReused();
    }

    private void Forget(string key, Task<SubmitOutcome> submission)
    {
        if (_underWay.TryGetValue(key, out Task<SubmitOutcome>? current) && current == submission)
        {
            _underWay.Remove(key);
        }
    }
}
