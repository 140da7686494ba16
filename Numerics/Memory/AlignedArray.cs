using System.Runtime.InteropServices;

namespace Turnstile.Numerics;

/// <summary>
/// Zeroed memory at a cache line's boundary that stays where it is, for inner loops over raw pointers. Its owner
/// disposes it; a forgotten one is freed by its finalizer. The garbage collector is not told of its size: it would collect everything
/// once for every few kernels, whose memory comes and goes without it.
/// </summary>
internal sealed unsafe class AlignedArray<T> : SafeHandle
    where T : unmanaged
{
    private const int Alignment = 64;

    private readonly void* _memory;

    public AlignedArray(int length)
        : base(0, ownsHandle: true)
    {
        Length = length;
        var bytes = Bytes;

        // The system gives large blocks as zeros already, a page when it is first touched: a long array takes no time
        // at once.
        _memory = NativeMemory.AllocZeroed(bytes);
        SetHandle((nint)(((nuint)_memory + Alignment - 1) & ~(nuint)(Alignment - 1)));
    }

    public int Length { get; }

    public override bool IsInvalid => handle == 0;

    /// <summary>The first element. Valid while this object is alive and not disposed.</summary>
    public T* Pointer => (T*)handle;

    private nuint Bytes => checked(((nuint)Length * (nuint)sizeof(T)) + Alignment);

    public Span<T> Span => new((void*)handle, Length);

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free(_memory);
        return true;
    }
}
