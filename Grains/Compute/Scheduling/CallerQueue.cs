using System.Numerics;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute.Scheduling;

/// <summary>The jobs of one caller that are ready for a slice, and what it has running. A part of <see cref="FairShare"/>.</summary>
internal sealed class CallerQueue(CallerKey key, AccountShare account) : Party
{
    public const int Priorities = 10;

    private readonly LinkedList<ReadyJob>?[] _byPriority = new LinkedList<ReadyJob>?[Priorities];
    private int _filled;

    public CallerKey Key { get; } = key;

    public AccountShare Account { get; } = account;

    public int RunningMax { get; set; } = int.MaxValue;

    /// <summary>Jobs that wait for a slice here, started ones included.</summary>
    public int Ready { get; private set; }

    /// <summary>Jobs that have had a slice, or have one now, and are not over.</summary>
    public int Running { get; set; }

    /// <summary>Slices granted and not over.</summary>
    public int InFlight { get; set; }

    /// <summary>The caller has more jobs than are here.</summary>
    public bool More { get; set; }

    /// <summary>The caller has been asked for more and has not answered.</summary>
    public bool Asked { get; set; }

    /// <summary>It waits to be forgotten, for as long as it stays idle.</summary>
    public bool Resting { get; set; }

    /// <summary>Nothing of it is here and nothing is to be expected.</summary>
    public bool Idle => Ready == 0 && InFlight == 0 && Running == 0 && !More;

    /// <summary>CPU seconds it has had lately.</summary>
    public ServiceMeter Service { get; } = new();

    /// <summary>True where a slice could be granted now.</summary>
    public bool Eligible => Ready > 0 && (Running < RunningMax || First.Value.Started);

    private LinkedListNode<ReadyJob> First => _byPriority[BitOperations.Log2((uint)_filled)]!.First!;

    /// <summary>Adds a job: a started one before the others of its priority, a new one behind them.</summary>
    public void Add(QueuedJob job, bool started)
    {
        LinkedList<ReadyJob> jobs = _byPriority[job.Priority] ??= new LinkedList<ReadyJob>();
        if (started)
        {
            jobs.AddFirst(new ReadyJob(job, true));
        }
        else
        {
            jobs.AddLast(new ReadyJob(job, false));
        }

        _filled |= 1 << job.Priority;
        Ready++;
    }

    /// <summary>The job whose turn it is.</summary>
    public ReadyJob Peek() => First.Value;

    /// <summary>Takes that job out.</summary>
    public void Take() => Remove(First);

    /// <summary>Takes a job out of turn; false where it is not here.</summary>
    public bool TryRemove(long job, out ReadyJob removed)
    {
        foreach (LinkedList<ReadyJob>? jobs in _byPriority)
        {
            for (LinkedListNode<ReadyJob>? node = jobs?.First; node is not null; node = node.Next)
            {
                if (node.Value.Job.Id == job)
                {
                    removed = node.Value;
                    Remove(node);
                    return true;
                }
            }
        }

        removed = default;
        return false;
    }

    private void Remove(LinkedListNode<ReadyJob> node)
    {
        LinkedList<ReadyJob> jobs = node.List!;
        int priority = node.Value.Job.Priority;
        jobs.Remove(node);
        Ready--;
        if (jobs.Count == 0)
        {
            _filled &= ~(1 << priority);
        }
    }
}

/// <summary>A job in a queue, and whether it has had a slice.</summary>
internal readonly record struct ReadyJob(QueuedJob Job, bool Started);
