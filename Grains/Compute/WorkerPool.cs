using System.Collections.Immutable;
using Turnstile.Compute;
using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Compute;

/// <summary>
/// The workers of one silo as the lane knows them: what they can take, and their unanswered pull. Belongs to the
/// lane.
/// </summary>
internal sealed class WorkerPool
{
    private readonly Dictionary<long, (CallerKey Caller, long Order)> _held = [];
    private TaskCompletionSource<ImmutableArray<SliceGrant>>? _pull;
    private long _grants;

    public int Threads { get; set; }

    /// <summary>Monotonic seconds when they were heard of last: their lease counts from here.</summary>
    public double SeenAt { get; set; }

    /// <summary>Threads with nothing to do.</summary>
    public int IdleThreads { get; set; }

    /// <summary>CPU seconds of short slices that are welcome besides.</summary>
    public double AheadSeconds { get; set; }

    /// <summary>The jobs that have slices here, the one granted first at the head.</summary>
    public IEnumerable<long> Jobs => _held.OrderBy(held => held.Value.Order).Select(held => held.Key);

    public bool Waits => _pull is not null;

    public Task<ImmutableArray<SliceGrant>> Wait()
    {
        _pull = new TaskCompletionSource<ImmutableArray<SliceGrant>>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _pull.Task;
    }

    /// <summary>Slices for what they can take: any for an idle thread, then short ones ahead.</summary>
    /// <returns>Default where there is nothing to grant.</returns>
    public ImmutableArray<SliceGrant> Fill(FairShare share)
    {
        ImmutableArray<SliceGrant>.Builder? grants = null;
        while ((IdleThreads > 0 || AheadSeconds > 0)
            && share.TryTake(IdleThreads > 0 ? double.PositiveInfinity : AheadSeconds, out SliceGrant? grant))
        {
            IdleThreads = Math.Max(0, IdleThreads - 1);
            AheadSeconds -= grant.ExpectedCpuSeconds;
            _held[grant.Job.Id] = (grant.Caller, _grants++);
            (grants ??= ImmutableArray.CreateBuilder<SliceGrant>()).Add(grant);
        }

        return grants?.DrainToImmutable() ?? default;
    }

    /// <summary>A slice of theirs is over.</summary>
    /// <returns>False where they do not hold it: it was granted by another activation of the lane, or taken from
    /// them.</returns>
    public bool Release(long job) => _held.Remove(job);

    /// <summary>The slices that they will not report any more, as failures of theirs.</summary>
    public List<SliceEnd> TakeAll()
    {
        List<SliceEnd> ends =
        [
            .. _held.Select(held => new SliceEnd
            {
                Caller = held.Value.Caller, Job = held.Key, Outcome = SliceOutcome.WorkerFailed, CpuSeconds = 0,
            }),
        ];
        _held.Clear();
        return ends;
    }

    /// <summary>Answers the pull, if there is one and something to say.</summary>
    public void Answer(ImmutableArray<SliceGrant> grants)
    {
        if (grants.IsDefault || _pull is not { } pull)
        {
            return;
        }

        _pull = null;
        pull.SetResult(grants);
    }
}
