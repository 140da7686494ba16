using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>The waiting jobs of one caller and priority. A part of <see cref="Backlog"/>.</summary>
internal sealed class BacklogLevel
{
    // Fewer withdrawn jobs than this are left where they stand in the queue.
    private const int WithdrawnMin = 64;

    // In the queue still; they leave it when they come to the front, or when they are the greater part of it.
    private readonly HashSet<long> _withdrawn = [];
    private readonly HashSet<long> _returned = [];
    private Queue<QueuedJob> _ready = new();

    /// <summary>Jobs in memory that are to be handed out.</summary>
    public int Waiting => _ready.Count - _withdrawn.Count;

    /// <summary>The last id that is, or was, in memory.</summary>
    public long Horizon { get; private set; }

    /// <summary>There may be jobs beyond the horizon.</summary>
    public bool Beyond { get; private set; }

    /// <summary>How many there are, about: it is set right when the last of them is read.</summary>
    public long Stored { get; private set; }

    /// <summary>Jobs admitted to memory that are not known to be on disk.</summary>
    public int Uncommitted { get; set; }

    /// <summary>Jobs admitted to the store alone that are not known to be on disk.</summary>
    public int Spilling { get; set; }

    /// <summary>How many jobs were ever admitted to the store alone.</summary>
    public long Spilled { get; private set; }

    /// <summary>What is being read from the store.</summary>
    public BacklogPage? Page { get; set; }

    /// <summary>Jobs up to this one are in memory, unless they were handed out.</summary>
    public long ReadUpTo => Beyond ? Horizon : long.MaxValue;

    /// <summary>Jobs that the queue holds, withdrawn ones included.</summary>
    public int Held => _ready.Count;

    public IEnumerable<long> InMemory => _ready.Select(job => job.Id);

    public void Admit(long id)
    {
        Uncommitted++;
        Horizon = Math.Max(Horizon, id);
    }

    public void Spill()
    {
        Spilling++;
        Spilled++;
        Recover(1);
    }

    public void Recover(long count)
    {
        Stored += count;
        Beyond |= count > 0;
    }

    public void Add(QueuedJob job) => _ready.Enqueue(job);

    /// <summary>A job that was over waits again; should it also be read from the store, it is dropped there.</summary>
    public void Return(QueuedJob job)
    {
        _ready.Enqueue(job);
        if (Beyond && job.Id > Horizon)
        {
            _returned.Add(job.Id);
        }
        else
        {
            // Where nothing is beyond the horizon it may rise, or a page that is read later would bring this job again.
            Horizon = Math.Max(Horizon, job.Id);
        }
    }

    /// <summary>Whether the job waits here, or will be read from the store.</summary>
    public bool Knows(long id) => (Beyond && id > Horizon) || IndexOf(id) >= 0;

    /// <summary>Jobs that were handed out wait again, before the others of their age.</summary>
    public void TakeBack(IEnumerable<QueuedJob> jobs) => _ready = new Queue<QueuedJob>(jobs.Concat(_ready).OrderBy(job => job.Id));

    public QueuedJob? TryTake()
    {
        while (_ready.TryDequeue(out QueuedJob? job))
        {
            if (!_withdrawn.Remove(job.Id))
            {
                return job;
            }
        }

        return null;
    }

    public void Fill(BacklogPage page, IReadOnlyList<QueuedJob> jobs, bool whole)
    {
        foreach (QueuedJob job in jobs)
        {
            Horizon = job.Id;
            if (!_returned.Remove(job.Id) && !page.Withdrawn.Contains(job.Id))
            {
                _ready.Enqueue(job);
            }
        }

        Stored = Math.Max(0, Stored - jobs.Count);

        // Jobs that were on their way to the store when it was read, or have set out since, are beyond what it showed.
        if (whole && page.Settled && page.Spilled == Spilled)
        {
            Stored = 0;
            Beyond = false;
            _returned.Clear();
        }
    }

    /// <returns>False where the job does not wait here.</returns>
    public bool Withdraw(long id)
    {
        if (Beyond && id > Horizon && !_returned.Contains(id))
        {
            Page?.Withdrawn.Add(id);
            Stored = Math.Max(0, Stored - 1);
            return true;
        }

        if (IndexOf(id) < 0)
        {
            return false;
        }

        _withdrawn.Add(id);
        if (_withdrawn.Count >= WithdrawnMin && _withdrawn.Count > _ready.Count / 2)
        {
            _ready = new Queue<QueuedJob>(_ready.Where(job => !_withdrawn.Contains(job.Id)));
            _withdrawn.Clear();
        }

        return true;
    }

    public void Unspill()
    {
        Spilling--;
        Stored = Math.Max(0, Stored - 1);
    }

    /// <summary>How many jobs in memory wait before this one; -1 where it is not among them.</summary>
    public int IndexOf(long id)
    {
        int ahead = 0;
        foreach (QueuedJob job in _ready)
        {
            if (_withdrawn.Contains(job.Id))
            {
                continue;
            }

            if (job.Id == id)
            {
                return ahead;
            }

            ahead++;
        }

        return -1;
    }
}

/// <summary>A page of a backlog on its way from the store: jobs of a priority after an id.</summary>
/// <param name="priority">The priority, 0…9.</param>
/// <param name="after">The id to read after.</param>
/// <param name="spilled">How many jobs of it had been sent to the store alone.</param>
/// <param name="settled">All of those were on disk.</param>
internal sealed class BacklogPage(int priority, long after, long spilled, bool settled)
{
    public int Priority => priority;

    public long After => after;

    public long Spilled => spilled;

    public bool Settled => settled;

    /// <summary>Jobs that were withdrawn while the page was read, which may show them still.</summary>
    public HashSet<long> Withdrawn { get; } = [];
}
