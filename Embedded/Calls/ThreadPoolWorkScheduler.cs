namespace Orleans.Runtime;

/// <summary>
/// Runs work on the thread pool. An activation that is woken from another's turn is kept for the same thread, which
/// runs it next: a call and its answer then need no other thread (the LIFO slot of Tokio's and Go's schedulers). A
/// thread keeps one; an older one goes to the pool, so that fan-out stays parallel.
/// </summary>
internal sealed class ThreadPoolWorkScheduler : IWorkScheduler
{
    /// <summary>How many activations a thread runs from its slot before it gives the thread back to the pool.</summary>
    private const int SlotRunsMax = 64;

    /// <summary>The slots of all threads, whichever silo first ran there; guarded by itself.</summary>
    private static readonly List<WeakReference<Slot>> Slots = [];

    [ThreadStatic]
    private static Slot? t_slot;

    public void Schedule(IWork work, WorkKind kind)
    {
        if (kind == WorkKind.Turns && t_slot is { Depth: > 0 } slot)
        {
            if (Interlocked.Exchange(ref slot.Next, work) is { } older)
            {
                ThreadPool.UnsafeQueueUserWorkItem(older, preferLocal: true);
            }
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: kind != WorkKind.MoreTurns);
        }
    }

    public void Enter(IWork work)
    {
        Slot slot = t_slot ?? AddSlot();
        slot.Depth++;
        work.Run();
        for (int runs = 1; slot.Next is not null && Interlocked.Exchange(ref slot.Next, null) is { } next; runs++)
        {
            if (runs == SlotRunsMax)
            {
                ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: false);
                break;
            }

            next.Run();
        }

        slot.Depth--;
    }

    /// <summary>
    /// Frees work that waits behind a turn that does not end. Called by the silo's sweep: work that was already in a
    /// slot at the sweep before goes to the pool.
    /// </summary>
    public static void FreeStuckWork()
    {
        lock (Slots)
        {
            for (int i = Slots.Count - 1; i >= 0; i--)
            {
                if (!Slots[i].TryGetTarget(out Slot? slot))
                {
                    Slots.RemoveAt(i);
                    continue;
                }

                IWork? seen = Volatile.Read(ref slot.Next);
                if (seen is not null && seen == slot.SeenBySweep
                    && Interlocked.CompareExchange(ref slot.Next, null, seen) == seen)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(seen, preferLocal: false);
                }

                slot.SeenBySweep = seen;
            }
        }
    }

    private static Slot AddSlot()
    {
        var slot = new Slot();
        lock (Slots)
        {
            Slots.Add(new WeakReference<Slot>(slot));
        }

        return t_slot = slot;
    }

    private sealed class Slot
    {
        /// <summary>Set by the thread that owns the slot; taken by it or by the sweep.</summary>
        public IWork? Next;

        public IWork? SeenBySweep;

        /// <summary>How many runs are under way on the owning thread.</summary>
        public int Depth;
    }
}
