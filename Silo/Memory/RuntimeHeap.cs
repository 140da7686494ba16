namespace Turnstile.Silo.Memory;

/// <summary>The heap of the .NET runtime.</summary>
internal sealed class RuntimeHeap : IHeap
{
    public long Allocated => GC.GetTotalAllocatedBytes();

    public long Live
    {
        get
        {
            GCMemoryInfo last = GC.GetGCMemoryInfo(GCKind.Background);
            return last.HeapSizeBytes - last.FragmentedBytes;
        }
    }

    public void BeginCollection() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);

    // The one mode after which the runtime keeps no free memory in reserve.
    public void Compact() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
