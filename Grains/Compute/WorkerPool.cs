using System.Collections.Immutable;
using Turnstile.Compute;
using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Compute;

/// <summary>
/// The workers of one silo as the lane knows them: what they can take, and their unanswered pull. Belongs to the
/// lane.
/// </summary>
/// <param name="sliceSeconds">CPU seconds that a slice lasts at most.</param>
internal sealed class WorkerPool(double sliceSeconds)
{
    // A job that is expected to take more of a slice may want a second one, and had better have both in a row.
    private const double HardlyWhole = 0.9;

    // Rounds until the others' debts are paid; they owe some slices at most.
    private const int TurnsPassedMax = 64;

    private readonly Dictionary<long, (CallerKey Caller, long Order)> _held = [];

    // Of those held, the ones that give way, and those of others that were granted before them.
    private readonly Dictionary<long, CallerKey> _giveWay = [];
    private readonly Dictionary<long, CallerKey> _placed = [];
    private TaskCompletionSource<ImmutableArray<SliceGrant>>? _pull;
    private long _grants;

    public int Threads { get; set; }

    /// <summary>Monotonic seconds when they were heard of last: their lease counts from here.</summary>
    public double SeenAt { get; set; }

    /// <summary>Threads with nothing to do.</summary>
    public int IdleThreads { get; set; }

    /// <summary>CPU seconds of short slices that are welcome besides.</summary>
    public double AheadSeconds { get; set; }

    /// <summary>CPU seconds of slices that are welcome besides for a caller that is alone.</summary>
    public double SpareSeconds { get; set; }

    /// <summary>The jobs that have slices here, the one granted first at the head.</summary>
    public IEnumerable<long> Jobs => _held.OrderBy(held => held.Value.Order).Select(held => held.Key);

    public bool Waits => _pull is not null;

    public Task<ImmutableArray<SliceGrant>> Wait()
    {
        _pull = new TaskCompletionSource<ImmutableArray<SliceGrant>>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _pull.Task;
    }

    /// <summary>
    /// Slices for what they can take: any for an idle thread; one a thread before those that give way, where it is another caller's
    /// turn; short ones ahead; and for a caller that is alone some more, if they will hardly take a whole slice each. What one that is
    /// alone is granted gives way, from the first to the last of its slices.
    /// </summary>
    /// <remarks>A thread that is done with a lone caller's job would wait for the next one's way from the lane and back.</remarks>
    /// <returns>Default where there is nothing to grant.</returns>
    public ImmutableArray<SliceGrant> Fill(FairShare share)
    {
        ImmutableArray<SliceGrant>.Builder? grants = null;
        while (NextCostMax(share) is > 0 and { } costMax && share.TryTake(costMax, out SliceGrant? grant))
        {
            if (IdleThreads > 0)
            {
                IdleThreads--;
                grant = GiveWayIfAlone(grant, share);
            }
            else if (TakesPlace(grant.Caller))
            {
                _placed.Add(grant.Job.Id, grant.Caller);
            }
            else if (grant.ExpectedCpuSeconds > AheadSeconds)
            {
                SpareSeconds -= grant.ExpectedCpuSeconds;
                grant = GiveWayIfAlone(grant, share);
            }

            AheadSeconds -= grant.ExpectedCpuSeconds;
            _held[grant.Job.Id] = (grant.Caller, _grants++);
            (grants ??= ImmutableArray.CreateBuilder<SliceGrant>()).Add(grant);
        }

        return grants?.DrainToImmutable() ?? default;
    }

    /// <summary>A slice of theirs is over.</summary>
    /// <returns>False where they do not hold it: it was granted by another activation of the lane, or taken from
    /// them.</returns>
    public bool Release(long job)
    {
        _giveWay.Remove(job);
        _placed.Remove(job);
        return _held.Remove(job);
    }

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
        _giveWay.Clear();
        _placed.Clear();
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

    /// <summary>What the next slice may be expected to cost, where it is the turn of somebody who can use it.</summary>
    private double NextCostMax(FairShare share)
    {
        if (IdleThreads > 0)
        {
            return double.PositiveInfinity;
        }

        PassThoseGivingWay(share);
        return share.Next is { } next && TakesPlace(next) ? double.PositiveInfinity
            : SpareSeconds > 0 && share.OneIsAlone ? Math.Max(AheadSeconds, HardlyWhole * sliceSeconds)
            : AheadSeconds;
    }

    /// <summary>
    /// What a caller was granted while it was alone is still to be computed when others come: until it is, its turns go to that, or
    /// others would wait for all of it.
    /// </summary>
    private void PassThoseGivingWay(FairShare share)
    {
        for (int turns = 0; turns < TurnsPassedMax && _giveWay.Count > 0; turns++)
        {
            if (!share.SeveralWait || share.Next is not { } next || !_giveWay.ContainsValue(next))
            {
                return;
            }

            share.Pass(next);
        }
    }

    private SliceGrant GiveWayIfAlone(SliceGrant grant, FairShare share)
    {
        if (!share.IsAlone(grant.Caller))
        {
            return grant;
        }

        _giveWay[grant.Job.Id] = grant.Caller;
        return grant with { GivesWay = true };
    }

    /// <summary>One slice of a caller, so that the next who comes finds a place too.</summary>
    private bool TakesPlace(CallerKey caller) => _giveWay.Count > 0 && _placed.Count < Threads
        && !_giveWay.ContainsValue(caller) && !_placed.ContainsValue(caller);
}
