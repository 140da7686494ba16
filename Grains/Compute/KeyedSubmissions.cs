using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Turnstile.Compute;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Compute;

/// <summary>
/// A caller's submissions with idempotency keys: the first with a key makes a job, or many, and its repeats are answered with these. A
/// part of the caller's grain.
/// </summary>
/// <param name="store">Where earlier jobs are found.</param>
/// <param name="caller">The caller's id.</param>
/// <param name="submit">Makes jobs.</param>
/// <param name="find">
/// Queues an open job unless it is known: one that another activation has stored, or whose storing was answered with a failure
/// because the connection broke in the middle of its commit.
/// </param>
/// <param name="findMany">The same with the open ones of many jobs.</param>
internal sealed class KeyedSubmissions(
    JobStore store,
    long caller,
    Func<ImmutableArray<JobRequest>, Task<SubmitOutcome>> submit,
    Action<JobRow> find,
    Func<IReadOnlyCollection<long>, Task> findMany)
{
    private readonly Dictionary<string, Task<SubmitOutcome>> _underWay = [];

    /// <summary>One job.</summary>
    public Task<SubmitOutcome> Submit(string key, JobRequest request) => InTurn(key, () => FindOrStore(key, request));

    /// <summary>Two jobs or more.</summary>
    public Task<SubmitOutcome> Submit(string key, ImmutableArray<JobRequest> requests) => InTurn(key, () => FindOrStore(key, requests));

    /// <summary>A key under way makes its repeats wait for it, so that they find what it stored.</summary>
    private async Task<SubmitOutcome> InTurn(string key, Func<Task<SubmitOutcome>> findOrStore)
    {
        while (_underWay.TryGetValue(key, out Task<SubmitOutcome>? first))
        {
            await ((Task)first).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

            // Whoever began it may have its turn only after this one.
            Forget(key, first);
        }

        Task<SubmitOutcome> submission = findOrStore();
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
            return await submit([request]);
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

    /// <remarks>
    /// The first two jobs are stored with keys of their own, with a space in them that no caller's key can have: one says what
    /// was asked for, so that only the same batch finds the jobs; the other that the key was used.
    /// </remarks>
    private async Task<SubmitOutcome> FindOrStore(string key, ImmutableArray<JobRequest> requests)
    {
        string asked = $"{key} {requests.Length} {Digest(requests)}";
        string used = $"{key} batch";
        if (await Find(asked, used, requests.Length) is { } known)
        {
            return known;
        }

        try
        {
            return await submit(
                [requests[0] with { IdempotencyKey = asked }, requests[1] with { IdempotencyKey = used }, .. requests.Skip(2)]);
        }
        catch (StorageConstraintException)
        {
            // As with a single job.
            if (await Find(asked, used, requests.Length) is not { } stored)
            {
                throw;
            }

            return stored;
        }
    }

    /// <summary>The jobs of an earlier batch with the key, which have one id after the other; null where there was none.</summary>
    private async Task<SubmitOutcome?> Find(string asked, string used, int count)
    {
        if (await store.FindByIdempotencyKey(caller, asked) is { } first)
        {
            List<long> jobs = await store.ListFrom(caller, first.Id, count);
            if (!first.Ended)
            {
                // Jobs that nobody knows of do not end, the first of them neither.
                await findMany(jobs);
            }

            return new SubmitOutcome.Accepted { Ids = [.. jobs] };
        }

        return await store.FindByIdempotencyKey(caller, used) is null ? null : new SubmitOutcome.KeyReused();
    }

    private static string Digest(ImmutableArray<JobRequest> requests)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (JobRequest request in requests)
        {
            hash.AppendData(Encoding.ASCII.GetBytes(
                FormattableString.Invariant($"{request.Operation} {request.Number} {request.Priority} {request.TimeoutSeconds:R}\n")));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
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
