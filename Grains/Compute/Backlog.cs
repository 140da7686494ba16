using System.Collections.Immutable;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>
/// The jobs of one caller that wait, oldest first within each priority. It holds the first <paramref name="windowMax"/> of
/// each priority in memory; later ones stay in the store alone until their turn nears (<see cref="BeginPage"/>).
/// </summary>
/// <remarks>
/// Ids rise in the order in which jobs are taken in, so that one id per priority, the horizon, tells the two apart: jobs up to
/// it have been in memory, jobs beyond it are only counted. A job is decided on when it is taken in (<see cref="Admit"/>)
/// and becomes ready when it is on disk (<see cref="Commit"/>), in the same order.
/// </remarks>
internal sealed class Backlog(int windowMax)
{
    private const int Priorities = 10;

    // By priority; null where no job ever was, because most callers use one priority and a million may be active.
    private readonly BacklogLevel?[] _levels = new BacklogLevel?[Priorities];

    /// <summary>Jobs in memory and ready.</summary>
    public int InMemory
    {
        get
        {
            int waiting = 0;
            foreach (BacklogLevel? level in _levels)
            {
                waiting += level?.Waiting ?? 0;
            }

            return waiting;
        }
    }

    /// <summary>The same with jobs that were withdrawn and are not forgotten.</summary>
    public int Held => _levels.Sum(level => level?.Held ?? 0);

    /// <summary>
    /// Jobs that are only in the store, uncommitted ones included; about, where some of them were withdrawn.
    /// </summary>
    public long InStore
    {
        get
        {
            long stored = 0;
            foreach (BacklogLevel? level in _levels)
            {
                stored += level?.Stored ?? 0;
            }

            return stored;
        }
    }

    /// <summary>True where any job waits, in memory or in the store.</summary>
    public bool Any => TopPriority >= 0;

    /// <summary>The highest priority at which a job waits; -1 where none does.</summary>
    public int TopPriority => Array.FindLastIndex(_levels, IsWaiting);

    /// <summary>Decides where a new job shall wait.</summary>
    /// <returns>
    /// True for memory: pass it to <see cref="Commit"/> once stored; else to <see cref="CommitStored"/>.
    /// </returns>
    public bool Admit(long id, int priority)
    {
        BacklogLevel level = Level(priority);
        bool inMemory = !level.Beyond && level.Waiting + level.Uncommitted < windowMax;
        if (inMemory)
        {
            level.Admit(id);
        }
        else
        {
            level.Spill();
        }

        return inMemory;
    }

    /// <summary>A job admitted to the store alone is on disk.</summary>
    public void CommitStored(int priority) => Level(priority).Spilling--;

    /// <summary>A job admitted to memory is on disk.</summary>
    public void Commit(QueuedJob job)
    {
        BacklogLevel level = Level(job.Priority);
        level.Uncommitted--;
        level.Add(job);
    }

    /// <summary>A job admitted could not be stored.</summary>
    public void Abandon(int priority, bool inMemory)
    {
        BacklogLevel level = Level(priority);
        if (inMemory)
        {
            level.Uncommitted--;
        }
        else
        {
            level.Unspill();
        }
    }

    /// <summary>A job that was over waits again, behind those in memory. Jobs admitted later have higher ids.</summary>
    public void Return(QueuedJob job) => Level(job.Priority).Return(job);

    /// <summary>For each priority the id up to which jobs are in memory, unless they were handed out.</summary>
    public IEnumerable<(int Priority, long UpTo)> ReadUpTo() =>
        _levels.Select((level, priority) => (priority, level?.ReadUpTo ?? long.MaxValue));

    /// <summary>The jobs in memory, in no order.</summary>
    public IEnumerable<long> Ids() => _levels.OfType<BacklogLevel>().SelectMany(level => level.InMemory);

    /// <summary>Whether the job waits, in memory or in the store.</summary>
    public bool Knows(long id, int priority) => _levels[priority]?.Knows(id) == true;

    /// <summary>Jobs that were handed out wait again, each in its old place.</summary>
    public void TakeBack(IEnumerable<QueuedJob> jobs)
    {
        foreach (IGrouping<int, QueuedJob> level in jobs.GroupBy(job => job.Priority))
        {
            Level(level.Key).TakeBack(level);
        }
    }

    /// <summary>At activation: so many jobs of this priority are in the store.</summary>
    public void Recover(int priority, long count) => Level(priority).Recover(count);

    /// <summary>
    /// Up to <paramref name="limit"/> jobs in the order of their turns; empty where only the store has any.
    /// </summary>
    public ImmutableArray<QueuedJob> Take(int limit)
    {
        ImmutableArray<QueuedJob>.Builder taken = ImmutableArray.CreateBuilder<QueuedJob>();
        for (int priority = Priorities - 1; priority >= 0; priority--)
        {
            if (_levels[priority] is not { } level)
            {
                continue;
            }

            while (taken.Count < limit && level.TryTake() is { } job)
            {
                taken.Add(job);
            }

            if (level.Beyond)
            {
                // What is stored at this priority comes before anything of a lower one.
                break;
            }
        }

        return taken.DrainToImmutable();
    }

    /// <summary>What to read from the store next, or null where nothing is needed or it is being read.</summary>
    public BacklogPage? BeginPage()
    {
        for (int priority = Priorities - 1; priority >= 0; priority--)
        {
            if (_levels[priority] is not { } level)
            {
                continue;
            }

            if (level.Waiting > 0 || level.Page is not null)
            {
                return null;
            }

            if (level.Beyond)
            {
                return level.Page = new BacklogPage(priority, level.Horizon, level.Spilled, level.Spilling == 0);
            }
        }

        return null;
    }

    /// <summary>Takes in what was read.</summary>
    /// <param name="page">What was asked for.</param>
    /// <param name="jobs">The jobs in the order of their ids.</param>
    /// <param name="whole">True where the store had no more of this priority.</param>
    public void Fill(BacklogPage page, IReadOnlyList<QueuedJob> jobs, bool whole)
    {
        EndPage(page);
        Level(page.Priority).Fill(page, jobs, whole);
    }

    /// <summary>The page could not be read.</summary>
    public void EndPage(BacklogPage page) => Level(page.Priority).Page = null;

    /// <summary>A job shall not be handed out.</summary>
    /// <returns>False where it is not waiting here: it was handed out before.</returns>
    public bool Withdraw(long id, int priority) => Level(priority).Withdraw(id);

    /// <summary>How many jobs wait before this one, as far as memory tells.</summary>
    /// <returns>
    /// Where it is in the store alone, also the id after which to count on there; null where it is not waiting.
    /// </returns>
    public (long Jobs, long? CountAfter)? Ahead(long id, int priority)
    {
        long ahead = 0;
        for (int above = Priorities - 1; above > priority; above--)
        {
            ahead += _levels[above] is { } higher ? higher.Waiting + higher.Stored : 0;
        }

        BacklogLevel level = Level(priority);
        int index = level.IndexOf(id);
        if (index >= 0)
        {
            return (ahead + index, null);
        }

        return level.Beyond && id > level.Horizon ? (ahead + level.Waiting, level.Horizon) : null;
    }

    private static bool IsWaiting(BacklogLevel? level) => level is not null && (level.Beyond || level.Waiting > 0);

    private BacklogLevel Level(int priority) => _levels[priority] ??= new BacklogLevel();
}
