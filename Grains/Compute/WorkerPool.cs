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
    private readonly Dictionary<long, long> _granted = [];
    private TaskCompletionSource<ImmutableArray<SliceGrant>>? _pull;
    private long _grants;

    public int Threads { get; set; }

    /// <summary>Threads with nothing to do.</summary>
    public int IdleThreads { get; set; }

    /// <summary>CPU seconds of short slices that are welcome besides.</summary>
    public double AheadSeconds { get; set; }

    /// <summary>The jobs that have slices here, the one granted first at the head.</summary>
    public IEnumerable<long> Jobs => _granted.OrderBy(grant => grant.Value).Select(grant => grant.Key);

    public bool Waits => _pull is not null;

    /// <summary>Monotonic seconds since when they wait for an answer; infinite where they do not.</summary>
    public double WaitingSince { get; private set; } = double.PositiveInfinity;

    public Task<ImmutableArray<SliceGrant>> Wait(double now)
    {
        _pull = new TaskCompletionSource<ImmutableArray<SliceGrant>>(TaskCreationOptions.RunContinuationsAsynchronously);
        WaitingSince = now;
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
            _granted[grant.Job.Id] = _grants++;
            (grants ??= ImmutableArray.CreateBuilder<SliceGrant>()).Add(grant);
        }

        return grants?.DrainToImmutable() ?? default;
    }

    /// <summary>A slice that was granted here is over.</summary>
    public void Settle(long job) => _granted.Remove(job);

    /// <summary>Answers the pull, if there is one and something to say.</summary>
    public void Answer(ImmutableArray<SliceGrant> grants)
    {
        if (grants.IsDefault || _pull is not { } pull)
        {
            return;
        }

        _pull = null;
        WaitingSince = double.PositiveInfinity;
        pull.SetResult(grants);
    }
}
