namespace Turnstile.Silo.Memory;

/// <summary>The heap of the .NET runtime.</summary>
internal sealed class RuntimeHeap : IHeap
{
    public long Allocated => GC.GetTotalAllocatedBytes();

    // Not what the last collection has told of itself: one that is still under way has told nothing.
    public long Live => GC.GetTotalMemory(forceFullCollection: false);

    public void BeginCollection() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);

    // The one mode after which the runtime keeps no free memory in reserve.
    public void Compact() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
