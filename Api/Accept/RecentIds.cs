using System.Numerics;

namespace Turnstile.Api.Accept;

/// <summary>
/// Some of the ids that are counted in a minute: enough to answer most repeats at once. Never wrong about one that it knows, and
/// it forgets one whenever another needs its place. Read and written by any thread.
/// </summary>
/// <param name="minute">The minute whose ids these are.</param>
/// <param name="idsMax">How many it remembers, rounded up to a power of two; 0 for none.</param>
internal sealed class RecentIds(long minute, int idsMax)
{
    // An empty place holds 0, so that the id 0 is never remembered. A 64-bit value is read and written whole.
    private readonly long[] _places = new long[BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, idsMax))];
    private readonly int _shift = 64 - BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, idsMax)));

    public long Minute => minute;

    public bool Contains(long id) => id != 0 && Volatile.Read(ref _places[PlaceOf(id)]) == id;

    public void Add(long id)
    {
        if (idsMax > 0)
            Volatile.Write(ref _places[PlaceOf(id)], id);
    }

    /// <remarks>Fibonacci hashing (D. E. Knuth, The Art of Computer Programming vol. 3, 1973, section 6.4).</remarks>
    private int PlaceOf(long id) => _places.Length == 1 ? 0 : (int)(((ulong)id * 0x9E3779B97F4A7C15) >> _shift);
}
