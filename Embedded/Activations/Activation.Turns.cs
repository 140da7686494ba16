namespace Orleans.Runtime;

/// <content>The mailbox, and the turns that empty it.</content>
internal sealed partial class Activation
{
    /// <summary>How many items are run before others get the thread.</summary>
    private const int ItemsPerRun = 128;

    /// <summary>
    /// Stands in <see cref="_newest"/> for an empty mailbox of an activation that is scheduled or running.
    /// </summary>
    private static readonly WorkItem Nothing = new CallbackItem(static _ => { }, null);

    /// <summary>
    /// The newest item, linked down to the oldest (the lock-free stack of R. K. Treiber, 1986, emptied whole). Null
    /// when there is none and the activation is not scheduled: whoever changes it from null schedules.
    /// </summary>
    private WorkItem? _newest;

    /// <summary>Items taken out of the mailbox and not yet run, oldest first.</summary>
    private WorkItem? _taken;

    /// <summary>Whether nothing is in the mailbox and no turn runs; may be asked from anywhere.</summary>
    public bool IsQuiet => Volatile.Read(ref _newest) is null;

    void IThreadPoolWorkItem.Execute() => Silo.Scheduler.Enter(this);

    /// <summary>Puts an item into the mailbox; from any thread.</summary>
    public void Push(WorkItem item)
    {
        WorkItem? newest = Volatile.Read(ref _newest);
        while (true)
        {
            item.Next = newest == Nothing ? null : newest;
            WorkItem? seen = Interlocked.CompareExchange(ref _newest, item, newest);
            if (seen == newest)
            {
                break;
            }

            newest = seen;
        }

        if (newest is null)
        {
            Silo.Scheduler.Schedule(this, WorkKind.Turns);
        }
    }

    /// <summary>Runs what is in the mailbox, up to a share.</summary>
    public void Run()
    {
        SynchronizationContext? outer = SynchronizationContext.Current;
        SetSynchronizationContext(this);
        int left = ItemsPerRun;
        do
        {
            while (left > 0 && TryTake(out WorkItem? item))
            {
                RunItem(item);
                left--;
            }
        }
        while (left > 0 && Interlocked.CompareExchange(ref _newest, null, Nothing) != Nothing);

        // If that set it to null, another thread may already run the activation: nothing of it may be touched.
        SetSynchronizationContext(outer);
        if (left == 0)
        {
            Silo.Scheduler.Schedule(this, WorkKind.MoreTurns);
        }
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out WorkItem? item)
    {
        item = _taken;
        if (item is null)
        {
            if (Volatile.Read(ref _newest) == Nothing)
            {
                return false;
            }

            item = OldestFirst(Interlocked.Exchange(ref _newest, Nothing)!);
        }

        _taken = item.Next;
        item.Next = null;
        return true;
    }

    private static WorkItem OldestFirst(WorkItem newest)
    {
        WorkItem? below = newest.Next;
        newest.Next = null;
        while (below is not null)
        {
            WorkItem? next = below.Next;
            below.Next = newest;
            newest = below;
            below = next;
        }

        return newest;
    }

    private void RunItem(WorkItem item)
    {
        try
        {
            try
            {
                item.Run(this);
            }
            finally
            {
                // Also where it threw: it may have ended the call that others wait for.
                if (_waitingFirst is not null || _stage == Stage.Stopping)
                {
                    Continue();
                }
            }
        }
        catch (Exception fault)
        {
            Silo.Log.TurnFailed(GrainId, fault);
        }
    }
}
