using System.ComponentModel;

namespace Orleans.Runtime;

/// <summary>
/// One call. The same object is the node in the callee's mailbox, the source of the caller's task, and the node by
/// which the answer comes back: to the caller's mailbox if the caller is a grain, else to the scheduler.
/// </summary>
/// <remarks>
/// The callee's turns own it until it is answered, the caller's afterwards. The pending links and <see
/// cref="IsSettled"/> belong to the caller throughout: its turns, or the lock of <see cref="OutsideCalls"/>.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Request : WorkItem, IWork
{
    /// <summary>The activation whose turn made the call; null for a caller outside.</summary>
    internal Activation? Caller;

    /// <summary>The activation it was last given to.</summary>
    internal Activation Target = null!;

    internal Request? PendingPrevious;
    internal Request? PendingNext;
    internal Dictionary<string, object>? Context;
    internal CallCancellation? Cancellation;
    internal Exception? Fault;

    /// <summary>The tick of the silo's watch at which the caller gives up.</summary>
    internal uint Deadline;

    internal byte Shard;
    internal byte FailedForwards;

    /// <summary>Set once by the callee: from then on the object is on its way back.</summary>
    internal bool IsAnswered;

    /// <summary>Set once by the caller: its task is complete, and a call not begun need not begin.</summary>
    internal volatile bool IsSettled;

    public abstract GrainMethod Method { get; }

    /// <summary>The token among the arguments; generated code overrides it where there is one.</summary>
    public virtual CancellationToken Token
    {
        get => default;
        set { }
    }

    /// <summary>Whether only the very activation it was given to may run it.</summary>
    internal virtual bool IsLocal => false;

    internal virtual bool IsAlwaysInterleave => Method.IsAlwaysInterleave;

    /// <summary>Whether running it counts as use of the grain.</summary>
    internal virtual bool IsUse => true;

    public override string ToString() => Target is null ? Method.ToString() : $"{Method}({Target.GrainId})";

    void IThreadPoolWorkItem.Execute() => Settle();

    void IWork.Run() => Settle();

    internal override void Run(Activation activation)
    {
        if (!IsAnswered)
        {
            activation.Admit(this);
        }
        else
        {
            Settle();
        }
    }

    /// <summary>
    /// Starts the call in a turn of its target; ends with <see cref="Activation.Finish"/>, now or later.
    /// </summary>
    internal abstract void Begin(object grain);

    /// <summary>Hands the outcome back. Called once, by a turn of the callee.</summary>
    internal virtual void Answer()
    {
        IsAnswered = true;
        if (Method.IsOneWay)
        {
            Target.Silo.Log.OneWayFailed(this, Fault);
        }
        else if (Caller is not null)
        {
            Caller.Push(this);
        }
        else
        {
            Target.Silo.Scheduler.Schedule(this, WorkKind.Reply);
        }
    }

    /// <summary>Fails a call that was not begun.</summary>
    internal void Reject(Exception fault)
    {
        Fault = fault;
        Answer();
    }

    /// <summary>Completes the caller's task with the outcome, unless it was given up before.</summary>
    internal void Settle()
    {
        if (Target.Silo.TryTakeBack(this))
        {
            Cancellation?.StopListening();
            Complete(Fault);
        }
    }

    /// <summary>
    /// Completes the caller's task with a fault while the callee still has the call. In a turn of the caller if that is
    /// a grain; else from anywhere, and the caller's code runs later.
    /// </summary>
    internal void GiveUp(Exception fault)
    {
        if (!Target.Silo.TryTakeBack(this))
        {
            return;
        }

        Cancellation?.StopListening();
        if (Caller is not null)
        {
            Complete(fault);
        }
        else
        {
            Target.Silo.Scheduler.Schedule(new FaultReply(this, fault), WorkKind.Reply);
        }
    }

    protected abstract void Complete(Exception? fault);

    private sealed class FaultReply(Request request, Exception fault) : IWork
    {
        public void Run() => request.Complete(fault);

        void IThreadPoolWorkItem.Execute() => Run();
    }
}
