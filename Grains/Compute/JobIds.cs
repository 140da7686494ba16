namespace Turnstile.Grains.Compute;

/// <summary>
/// Makes the ids of jobs and callers: 41 bits of milliseconds since 2026, 10 bits that tell processes apart, 12 bits of
/// sequence. Ids of one process rise strictly, also when the clock steps back or 4,096 a millisecond are not enough:
/// they then run ahead of the clock.
/// </summary>
/// <param name="time">Where the milliseconds come from.</param>
/// <param name="process">The number of this process's start; two that run at once must differ modulo 1,024.</param>
public sealed class JobIds(TimeProvider time, long process)
{
    private const int SequenceBits = 12;
    private const int ProcessBits = 10;
    private const long ProcessesMax = 1L << ProcessBits;
    private const long SequenceMask = (1L << SequenceBits) - 1;

    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly long _process = process % ProcessesMax << SequenceBits;

    // Milliseconds and sequence as one rising number; written by every thread that takes an id.
    private long _last;

    /// <summary>Ids made before this time are below it, unless their process ran ahead of the clock.</summary>
    public static long FirstAt(DateTimeOffset time) =>
        (long)Math.Max(0, (time - Epoch).TotalMilliseconds) << (SequenceBits + ProcessBits);

    /// <summary>An id above every other of this process, and above <paramref name="floor"/>.</summary>
    public long Next(long floor = 0)
    {
        long floorTick = TickAbove(floor);
        long clockTick = (long)(time.GetUtcNow() - Epoch).TotalMilliseconds << SequenceBits;
        long last, next;
        do
        {
            last = Volatile.Read(ref _last);
            next = Math.Max(Math.Max(last + 1, clockTick), floorTick);
        }
        while (Interlocked.CompareExchange(ref _last, next, last) != last);

        return (next >> SequenceBits << (SequenceBits + ProcessBits)) | _process | (next & SequenceMask);
    }

    private long TickAbove(long floor)
    {
        long milliseconds = floor >> (SequenceBits + ProcessBits);

        // Within a millisecond, ids of a process with a higher number are above all of ours.
        return (floor & (ProcessesMax - 1) << SequenceBits) > _process
            ? (milliseconds + 1) << SequenceBits
            : ((milliseconds << SequenceBits) | (floor & SequenceMask)) + 1;
    }
}
