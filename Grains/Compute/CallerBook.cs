using System.Collections.Immutable;
using Turnstile.Compute;
using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Compute;

/// <summary>
/// What a caller knows of its jobs: which wait, which the lane has, how they ended and how fast they go.
/// </summary>
/// <remarks>It has no clock: times come in as seconds of a monotonic clock.</remarks>
internal sealed class CallerBook(CallerRow stored, int windowMax)
{
    // Tiny jobs for some tens of milliseconds, most of them on their way to the disk: the lane asks sooner than it runs dry.
    internal const int HandedPlenty = 1_024;

    private readonly Backlog _backlog = new(windowMax);
    private readonly Dictionary<long, QueuedJob> _handed = [];

    // Of those, the ones that wait again once the ends they came to before are told.
    private readonly HashSet<long> _again = [];
    private readonly ServiceMeter _ends = new();
    private readonly WaitHistogram _waits = new();
    private int _uncommitted;

    /// <summary>The caller's row, with what its ended jobs came to.</summary>
    public CallerRow Row { get; private set; } = stored;

    /// <summary>The newest job's id.</summary>
    public long LastJob { get; set; }

    /// <summary>Jobs that have not ended, those included that are on their way to the disk.</summary>
    public long Open => _handed.Count + _backlog.InMemory + _backlog.InStore + _uncommitted;

    /// <summary>Jobs that the lane does not have and could have.</summary>
    public bool HasMore => _backlog.Any;

    /// <summary>The lane knows that there is more and will ask.</summary>
    public bool LaneAsks { get; set; }

    /// <summary>
    /// The lowest priority among the jobs handed over last: one above it should not wait until the lane asks.
    /// </summary>
    public int HandedPriority { get; private set; } = int.MaxValue;

    /// <summary>
    /// How many jobs the lane should be offered: none while it has plenty and none of those that wait is more urgent. It asks when
    /// they run low, so that a backlog is not in its memory as well, and does not go there in small change.
    /// </summary>
    public int OfferSize(int limit) => _handed.Count < HandedPlenty || _backlog.TopPriority > HandedPriority ? limit : 0;

    /// <summary>CPU seconds of its ended jobs, on average; 0 before there is one.</summary>
    public double MeanCpuSeconds =>
        Row.Done + Row.Failed + Row.Cancelled is > 0 and var ended ? Row.CpuSeconds / ended : 0;

    public double? WaitMedian => _waits.Quantile(0.5);

    public double? WaitP99 => _waits.Quantile(0.99);

    public void Recover(IEnumerable<OpenJobs> open)
    {
        foreach (OpenJobs level in open)
        {
            _backlog.Recover(level.Priority, level.Count);
        }
    }

    /// <summary>Takes a job in that is about to be stored.</summary>
    /// <returns>Whether it will wait in memory.</returns>
    public bool Admit(JobRow job)
    {
        LastJob = job.Id;
        bool inMemory = _backlog.Admit(job.Id, job.Priority);
        _uncommitted += inMemory ? 1 : 0;
        return inMemory;
    }

    /// <summary>An admitted job is stored.</summary>
    public void Commit(JobRow job, bool inMemory)
    {
        if (inMemory)
        {
            _uncommitted--;
            _backlog.Commit(job.ToQueued(recovered: false));
        }
        else
        {
            _backlog.CommitStored(job.Priority);
        }
    }

    /// <summary>An admitted job could not be stored.</summary>
    public void Abandon(JobRow job, bool inMemory)
    {
        _uncommitted -= inMemory ? 1 : 0;
        _backlog.Abandon(job.Priority, inMemory);
    }

    /// <summary>A job is open that the book may not have.</summary>
    /// <returns>False where it had it.</returns>
    public bool Find(QueuedJob job)
    {
        if (_handed.ContainsKey(job.Id) || _backlog.Knows(job.Id, job.Priority))
        {
            return false;
        }

        _backlog.Return(job);
        LastJob = Math.Max(LastJob, job.Id);
        return true;
    }

    /// <summary>A job that had failed waits again.</summary>
    public void Return(QueuedJob job)
    {
        if (_handed.ContainsKey(job.Id))
        {
            // Its end has not been told, nor counted. The lane would not take it before it hears of that either.
            _handed[job.Id] = job;
            _again.Add(job.Id);
        }
        else if (Find(job))
        {
            // Where the book has it already it was read from the rows, and so was what the caller's ended jobs came to.
            Row = Row with { Failed = Row.Failed - 1 };
        }
    }

    /// <inheritdoc cref="Backlog.BeginPage"/>
    public BacklogPage? BeginPage() => _backlog.BeginPage();

    /// <inheritdoc cref="Backlog.Fill"/>
    public void Fill(BacklogPage page, IReadOnlyList<QueuedJob> jobs, bool whole)
    {
        _backlog.Fill(page, jobs, whole);

        // Another activation may have stored some of them; new ones have to come behind them.
        LastJob = jobs.Count > 0 ? Math.Max(LastJob, jobs[^1].Id) : LastJob;
    }

    /// <inheritdoc cref="Backlog.EndPage"/>
    public void EndPage(BacklogPage page) => _backlog.EndPage(page);

    /// <summary>Hands over the next jobs.</summary>
    public ImmutableArray<QueuedJob> Take(int limit)
    {
        ImmutableArray<QueuedJob> jobs = _backlog.Take(limit);
        foreach (QueuedJob job in jobs)
        {
            _handed[job.Id] = job;
        }

        HandedPriority = jobs.Length > 0 ? jobs[^1].Priority : HandedPriority;
        return jobs;
    }

    /// <summary>The lane does not have the jobs that were handed over: they wait again, and may have a past.</summary>
    public void TakeBack()
    {
        _backlog.TakeBack(_handed.Values.Select(WithPast));
        _handed.Clear();
        _again.Clear();
        LaneAsks = false;
        HandedPriority = int.MaxValue;
    }

    /// <summary>The jobs that the lane should have.</summary>
    public ImmutableArray<long> Handed => [.. _handed.Keys];

    /// <inheritdoc cref="Backlog.ReadUpTo"/>
    public IEnumerable<(int Priority, long UpTo)> ReadUpTo() => _backlog.ReadUpTo();

    /// <summary>Those of the open jobs that the book does not have.</summary>
    public IEnumerable<long> Strange(IEnumerable<OpenJob> open)
    {
        HashSet<long> inMemory = [.. _backlog.Ids(), .. _handed.Keys];
        return open.Where(job => !inMemory.Contains(job.Id) && !_backlog.Knows(job.Id, job.Priority)).Select(job => job.Id);
    }

    /// <summary>The lane does not have a job that was handed over: it waits again, and may have a past.</summary>
    /// <returns>The job; null where it is not open any more.</returns>
    public QueuedJob? TakeBack(long id)
    {
        if (_handed.Remove(id, out QueuedJob? job))
        {
            _again.Remove(id);
            job = WithPast(job);
            _backlog.TakeBack([job]);
        }

        return job;
    }

    /// <summary>A job is over; one that was not open is not counted.</summary>
    public void End(JobEnd end, double now)
    {
        if (!_handed.Remove(end.Job, out QueuedJob? job))
        {
            return;
        }

        if (_again.Remove(end.Job))
        {
            _backlog.TakeBack([job]);
        }
        else
        {
            Count(end, now);
        }
    }

    /// <summary>A job ended out of turn: between two slices or before the first.</summary>
    /// <returns>True where the lane has it.</returns>
    public bool Withdraw(JobEnd end, int priority, double now)
    {
        bool handed = _handed.Remove(end.Job);
        _again.Remove(end.Job);
        if (handed || _backlog.Withdraw(end.Job, priority))
        {
            Count(end, now);
        }

        return handed;
    }

    /// <summary>
    /// The place of a job in the queue, from 1, as far as memory tells, and where to count on in the store.
    /// </summary>
    public (long Position, long? CountAfter) Position(long job, int priority)
    {
        if (_handed.ContainsKey(job))
        {
            return (1 + _handed.Values.Count(other => IsBefore(other, job, priority)), null);
        }

        return _backlog.Ahead(job, priority) is { } ahead ? (_handed.Count + ahead.Jobs + 1, ahead.CountAfter) : (1, null);
    }

    /// <summary>Jobs that end in a second at the present pace; 0 before there is one.</summary>
    public double EndsPerSecond(double now) => _ends.PerSecond(now);

    // A lane that is gone may have had it begun, and whoever takes it up looks for what is left of that.
    private static QueuedJob WithPast(QueuedJob job) => job with { Recovered = true };

    private static bool IsBefore(QueuedJob one, long job, int priority) =>
        one.Priority > priority || (one.Priority == priority && one.Id < job);

    private void Count(JobEnd end, double now)
    {
        _ends.Add(1, now);
        _waits.Add(end.WaitSeconds);
        Row = Row with
        {
            Done = Row.Done + (end.Status == JobStatus.Done ? 1 : 0),
            Failed = Row.Failed + (end.Status == JobStatus.Failed ? 1 : 0),
            Cancelled = Row.Cancelled + (end.Status == JobStatus.Cancelled ? 1 : 0),
            CpuSeconds = Row.CpuSeconds + end.CpuSeconds,
        };
    }
}
