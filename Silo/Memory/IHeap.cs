namespace Turnstile.Silo.Memory;

/// <summary>The managed memory of this process, and the ways to have it collected.</summary>
internal interface IHeap
{
    /// <summary>Bytes allocated since the start.</summary>
    long Allocated { get; }

    /// <summary>Bytes that the last full collection found in use.</summary>
    long Live { get; }

    /// <summary>Begins a full collection beside what runs; it is over some time later.</summary>
    void BeginCollection();

    /// <summary>Collects, moves what is in use together and hands the rest to the system; everything waits for it.</summary>
    void Compact();
}
