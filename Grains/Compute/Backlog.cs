using System.Collections.Immutable;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>
/// The jobs of one caller that wait, oldest first within each priority. It holds the first <paramref name="windowMax"/> of
/// each priority in memory; later ones stay in the store alone until their turn nears (<see cref="Page"/>).
/// </summary>
/// <remarks>
/// Ids rise in the order in which jobs are taken in, so that one id per priority, the horizon, tells the two apart: jobs up to
/// it have been in memory, jobs beyond it are only counted. A job is decided on when it is taken in (<see cref="Admit"/>)
/// and becomes ready when it is on disk (<see cref="Commit"/>), in the same order.
/// </remarks>
internal sealed class Backlog(int windowMax)
{
    private const int Priorities = 10;

    private readonly Level[] _levels = [.. Enumerable.Range(0, Priorities).Select(_ => new Level())];

    /// <summary>Jobs in memory and ready.</summary>
    public int InMemory { get; private set; }

    /// <summary>Jobs that are only in the store, uncommitted ones included.</summary>
    public long InStore { get; private set; }

    /// <summary>Decides where a new job shall wait.</summary>
    /// <returns>True for memory: pass it to <see cref="Commit"/> once stored.</returns>
    public bool Admit(long id, int priority)
    {
        Level level = _levels[priority];
        if (level.Stored == 0 && level.Ready.Count + level.Uncommitted < windowMax)
        {
            level.Uncommitted++;
            level.Horizon = Math.Max(level.Horizon, id);
            return true;
        }

        level.Stored++;
        level.Spilling++;
        level.Spilled++;
        InStore++;
        return false;
    }

    /// <summary>A job admitted to the store alone is on disk.</summary>
    public void CommitStored(int priority) => _levels[priority].Spilling--;

    /// <summary>A job admitted to memory is on disk.</summary>
    public void Commit(QueuedJob job)
    {
        Level level = _levels[job.Priority];
        level.Uncommitted--;
        level.Ready.Enqueue(job);
        InMemory++;
    }

    /// <summary>A job admitted could not be stored.</summary>
    public void Abandon(int priority, bool inMemory)
    {
        Level level = _levels[priority];
        if (inMemory)
        {
            level.Uncommitted--;
        }
        else
        {
            level.Spilling--;
            level.Stored--;
            InStore--;
        }
    }

    /// <summary>A job that was out of the queue waits again, behind those in memory.</summary>
    public void Return(QueuedJob job)
    {
        _levels[job.Priority].Ready.Enqueue(job);
        InMemory++;
    }

    /// <summary>At activation: so many jobs of this priority are in the store.</summary>
    public void Recover(int priority, long count)
    {
        _levels[priority].Stored += count;
        InStore += count;
    }

    /// <summary>Up to <paramref name="limit"/> jobs in the order of their turns; empty where only the store has any.</summary>
    public ImmutableArray<QueuedJob> Take(int limit)
    {
        if (InMemory == 0)
        {
            return [];
        }

        ImmutableArray<QueuedJob>.Builder taken = ImmutableArray.CreateBuilder<QueuedJob>(Math.Min(limit, InMemory));
        for (int priority = Priorities - 1; priority >= 0; priority--)
        {
            Level level = _levels[priority];
            while (taken.Count < limit && level.Ready.TryDequeue(out QueuedJob? job))
            {
                if (!level.Withdrawn.Remove(job.Id))
                {
                    taken.Add(job);
                    InMemory--;
                }
            }

            if (level.Stored > 0)
            {
                // What is stored at this priority comes before anything of a lower one.
                break;
            }
        }

        return taken.DrainToImmutable();
    }

    /// <summary>What to read from the store next, or null where nothing is needed.</summary>
    public BacklogPage? Page()
    {
        for (int priority = Priorities - 1; priority >= 0; priority--)
        {
            Level level = _levels[priority];
            if (level.Waiting > 0)
            {
                return null;
            }

            if (level.Stored > 0)
            {
                return new BacklogPage(priority, level.Horizon, level.Spilled, level.Spilling == 0);
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
        Level level = _levels[page.Priority];
        foreach (QueuedJob job in jobs)
        {
            level.Ready.Enqueue(job);
            level.Horizon = job.Id;
            InMemory++;
        }

        // The count may be too high: jobs cancelled in the store were still counted. The store knows better, unless
        // jobs were on their way there when it was read, or have set out since.
        bool exact = whole && page.Settled && page.Spilled == level.Spilled;
        long stored = exact ? 0 : Math.Max(1, level.Stored - jobs.Count);
        InStore += stored - level.Stored;
        level.Stored = stored;
    }

    /// <summary>A job shall not be handed out.</summary>
    /// <returns>False where it is not waiting here: it was handed out before.</returns>
    public bool Withdraw(long id, int priority)
    {
        Level level = _levels[priority];
        if (id > level.Horizon && level.Stored > 0)
        {
            level.Stored--;
            InStore--;
            return true;
        }

        foreach (QueuedJob job in level.Ready)
        {
            if (job.Id == id)
            {
                InMemory -= level.Withdrawn.Add(id) ? 1 : 0;
                return true;
            }
        }

        return false;
    }

    /// <summary>How many jobs wait before this one, as far as memory tells; those stored before it are not known here.</summary>
    public (long Ahead, bool Stored, long Horizon) Ahead(long id, int priority)
    {
        long ahead = 0;
        for (int above = Priorities - 1; above > priority; above--)
        {
            ahead += _levels[above].Waiting + _levels[above].Stored;
        }

        Level level = _levels[priority];
        foreach (QueuedJob job in level.Ready)
        {
            if (job.Id == id)
            {
                return (ahead, false, 0);
            }

            ahead += level.Withdrawn.Contains(job.Id) ? 0 : 1;
        }

        return id > level.Horizon && level.Stored > 0 ? (ahead, true, level.Horizon) : (0, false, 0);
    }

    private sealed class Level
    {
        public Queue<QueuedJob> Ready { get; } = new();

        /// <summary>Cancelled while in <see cref="Ready"/>; dropped when their turn comes.</summary>
        public HashSet<long> Withdrawn { get; } = [];

        /// <summary>Jobs in memory that are to be handed out.</summary>
        public int Waiting => Ready.Count - Withdrawn.Count;

        /// <summary>The last id that is, or was, in memory.</summary>
        public long Horizon { get; set; }

        /// <summary>Jobs beyond the horizon.</summary>
        public long Stored { get; set; }

        /// <summary>Those of them that are not known to be on disk.</summary>
        public int Spilling { get; set; }

        /// <summary>How many jobs were ever sent to the store alone.</summary>
        public long Spilled { get; set; }

        /// <summary>Jobs admitted to memory that are not known to be on disk.</summary>
        public int Uncommitted { get; set; }
    }
}

/// <summary>A page of a backlog to be read from the store: jobs of a priority after an id.</summary>
/// <param name="Priority">The priority, 0…9.</param>
/// <param name="After">The id to read after.</param>
/// <param name="Spilled">How many jobs of it had been sent to the store alone.</param>
/// <param name="Settled">All of those were on disk.</param>
internal readonly record struct BacklogPage(int Priority, long After, long Spilled, bool Settled);
