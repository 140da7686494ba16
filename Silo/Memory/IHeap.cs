namespace Turnstile.Silo.Memory;

/// <summary>The managed memory of this process, and the ways to have it collected.</summary>
internal interface IHeap
{
    /// <summary>Bytes allocated since the start.</summary>
    long Allocated { get; }

    /// <summary>Bytes in use, with what nobody has collected yet.</summary>
    long Live { get; }

    /// <summary>Begins a full collection beside what runs; it is over some time later.</summary>
    void BeginCollection();

    /// <summary>Collects, moves what is in use together and hands the rest to the system; everything waits for it.</summary>
    void Compact();
}
