namespace Orleans.Runtime;

/// <summary>What an activation's mailbox holds. An item is in one mailbox at a time: it carries its own link.</summary>
public abstract class WorkItem
{
    /// <summary>
    /// The item below in the mailbox, or the one after it once taken; owned by whoever holds the item.
    /// </summary>
    internal WorkItem? Next;

    /// <summary>Runs in a turn of <paramref name="activation"/>.</summary>
    internal abstract void Run(Activation activation);
}

/// <summary>A callback that runs in a turn: the continuation of an await, or the engine's own doing.</summary>
internal sealed class CallbackItem(SendOrPostCallback callback, object? state) : WorkItem
{
    internal override void Run(Activation activation) => callback(state);
}
