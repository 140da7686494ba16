using System.Numerics;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute.Scheduling;

/// <summary>
/// The jobs of one caller that are ready for a slice, and what it has running. A part of <see cref="FairShare"/>.
/// </summary>
internal sealed class CallerQueue(CallerKey key, AccountShare account) : Party
{
    private const int Priorities = 10;

    // Whatever waits for another's answer, or for the database, is in memory: of a backlog of equal questions, or while nothing
    // can be stored, no more than this.
    private const int AwayMax = 1_000;

    // Fewer withdrawn jobs than this are left where they stand.
    private const int WithdrawnMin = 64;

    // Higher priority first, then the older job, so that what was begun is finished before more is begun.
    private readonly PriorityQueue<ScheduledJob, (int, long)> _started = new();
    private readonly Queue<ScheduledJob>?[] _fresh = new Queue<ScheduledJob>?[Priorities];
    private int _filled;

    // Jobs withdrawn since such were last forgotten; some of them may have left.
    private int _withdrawn;

    public CallerKey Key { get; } = key;

    public AccountShare Account { get; } = account;

    public int RunningMax { get; set; } = int.MaxValue;

    /// <summary>Jobs that wait for a slice here, started ones included.</summary>
    public int Ready { get; private set; }

    /// <summary>Jobs that have had a slice, or have one now, and are not over.</summary>
    public int Running { get; set; }

    /// <summary>Slices granted and not over.</summary>
    public int InFlight { get; set; }

    /// <summary>Jobs that are set aside for a while.</summary>
    public int Away { get; set; }

    /// <summary>The caller has more jobs than are here.</summary>
    public bool More { get; set; }

    /// <summary>The caller has been asked for more and has not answered.</summary>
    public bool Asked { get; set; }

    /// <summary>It waits to be forgotten, for as long as it stays idle.</summary>
    public bool Resting { get; set; }

    /// <summary>Nothing of it is here and nothing is to be expected.</summary>
    public bool Idle => Ready == 0 && Running == 0 && Away == 0 && !More && !Asked;

    /// <summary>It has a use for compute time, now or as soon as its next job is here.</summary>
    public bool HasWork => Ready > 0 || Running > 0 || Away > 0 || More;

    /// <summary>The first in line of those that have not begun; null where none may begin.</summary>
    public ScheduledJob? OldestFresh => MayBegin ? FirstFresh() : null;

    /// <summary>CPU seconds it has had lately.</summary>
    public ServiceMeter Service { get; } = new();

    /// <summary>CPU seconds it has had since it is known here.</summary>
    public double Charged { get; set; }

    /// <summary>What its next job waits for.</summary>
    public WaitReason Reason =>
        NextJob() is not null ? WaitReason.Turn
        : Ready > 0 && Running >= RunningMax ? WaitReason.RunningMax
        : Away > 0 ? WaitReason.Retry
        : More ? WaitReason.Store
        : WaitReason.None;

    private bool MayBegin => Running < RunningMax && Away < AwayMax;

    /// <summary>
    /// The job that would get a slice now: by priority, started ones first, then by age; null where none may have
    /// one.
    /// </summary>
    public ScheduledJob? NextJob()
    {
        ScheduledJob? started = FirstStarted();
        if (!MayBegin)
        {
            return started;
        }

        ScheduledJob? fresh = FirstFresh();
        return started is null || fresh?.Job.Priority > started.Job.Priority ? fresh ?? started : started;
    }

    public void Add(ScheduledJob job)
    {
        job.State = ScheduledJobState.Ready;
        Ready++;
        if (job.Started)
        {
            _started.Enqueue(job, (-job.Job.Priority, job.Job.Id));
        }
        else
        {
            (_fresh[job.Job.Priority] ??= new Queue<ScheduledJob>()).Enqueue(job);
            _filled |= 1 << job.Job.Priority;
        }
    }

    /// <summary>Takes the job of <see cref="NextJob"/> out, for a slice.</summary>
    public void Take(ScheduledJob next)
    {
        next.State = ScheduledJobState.InFlight;
        Ready--;
        if (next.Started)
        {
            _started.Dequeue();
        }
        else
        {
            _fresh[next.Job.Priority]!.Dequeue();
        }
    }

    /// <summary>Jobs that have their place here, withdrawn ones included.</summary>
    public int Held => _started.Count + _fresh.Sum(jobs => jobs?.Count ?? 0);

    /// <summary>
    /// Takes a job out of turn. It leaves its place when that comes to the front, or when most places are such.
    /// </summary>
    public void Withdraw(ScheduledJob job)
    {
        job.State = ScheduledJobState.Withdrawn;
        Ready--;
        if (++_withdrawn >= Math.Max(WithdrawnMin, Ready))
        {
            _withdrawn = 0;
            ForgetWithdrawn();
        }
    }

    private void ForgetWithdrawn()
    {
        (ScheduledJob, (int, long))[] started =
            [.. _started.UnorderedItems.Where(item => item.Element.State == ScheduledJobState.Ready)];
        _started.Clear();
        _started.EnqueueRange(started);
        for (int priority = 0; priority < Priorities; priority++)
        {
            if (_fresh[priority] is { Count: > 0 } jobs)
            {
                _fresh[priority] = new Queue<ScheduledJob>(jobs.Where(job => job.State == ScheduledJobState.Ready));
            }
        }
    }

    private ScheduledJob? FirstStarted()
    {
        while (_started.TryPeek(out ScheduledJob? job, out _))
        {
            if (job.State == ScheduledJobState.Ready)
            {
                return job;
            }

            _started.Dequeue();
        }

        return null;
    }

    private ScheduledJob? FirstFresh()
    {
        while (_filled != 0)
        {
            int priority = BitOperations.Log2((uint)_filled);
            Queue<ScheduledJob> jobs = _fresh[priority]!;
            while (jobs.TryPeek(out ScheduledJob? job))
            {
                if (job.State == ScheduledJobState.Ready)
                {
                    return job;
                }

                jobs.Dequeue();
            }

            _filled &= ~(1 << priority);
        }

        return null;
    }
}
