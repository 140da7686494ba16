namespace Orleans.Runtime;

/// <summary>A piece of work that is ready to run. To be run once for each time it was scheduled.</summary>
public interface IWork : IThreadPoolWorkItem
{
    void Run();
}

/// <summary>What kind of work is scheduled, for a scheduler that treats them differently.</summary>
public enum WorkKind
{
    /// <summary>An activation has something in its mailbox.</summary>
    Turns,

    /// <summary>An activation used up its share and has more to do: others go first.</summary>
    MoreTurns,

    /// <summary>The answer to a caller outside any grain: runs that caller's code.</summary>
    Reply,
}

/// <summary>
/// Decides when and on which thread work runs; everything the engine does passes here. Register another one in the
/// services to replace the thread pool, for instance by a single thread that picks in seeded order.
/// </summary>
public interface IWorkScheduler
{
    /// <summary>Takes over <paramref name="work"/>; never runs it before returning.</summary>
    void Schedule(IWork work, WorkKind kind);

    /// <summary>Called by work whose turn on the thread pool came.</summary>
    void Enter(IWork work) => work.Run();
}
