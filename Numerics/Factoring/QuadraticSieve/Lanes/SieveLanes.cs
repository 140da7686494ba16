using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Turnstile.Numerics;

/// <summary>
/// The sieve's inner loops over many primes at once, for one vector width. All widths give equal results; indices of
/// primes come in multiples of <see cref="Width"/>, and arrays are padded to that.
/// </summary>
internal abstract unsafe class SieveLanes
{
    /// <summary>What ranges of primes are rounded to, whatever the vectors' width.</summary>
    public const int Width = 16;

    /// <summary>
    /// A stand-in for a prime that fills an array up: with <see cref="PaddingRoot"/> it never moves and never hits.
    /// </summary>
    public const uint PaddingPrime = 0x80000000;

    /// <inheritdoc cref="PaddingPrime"/>
    public const uint PaddingRoot = 0x60000000;

    /// <summary>
    /// Places that hits are listed in at once: few enough to stay in the first-level cache beside the block.
    /// </summary>
    public const int PlacesMax = 1 << 10;

    /// <summary>Up to this prime, hits are listed for each block; above, thrown into buckets.</summary>
    public abstract uint ListedPrimeMax { get; }

    /// <summary>The widest this machine has.</summary>
    public static SieveLanes Widest { get; } =
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? new Lanes512()
        : Vector256.IsHardwareAccelerated ? new Lanes256()
        : new PlainLanes();

    /// <summary>Moves the roots of primes from an index to another by one step.</summary>
    public abstract void Advance(in RootColumns columns, int from, int to, bool isBackward);

    /// <summary>
    /// Moves roots as <see cref="Advance"/> does, unless <paramref name="columns"/> has no moves, and throws every
    /// hit below
    /// <paramref name="interval"/> into its block's bucket.
    /// </summary>
    /// <param name="columns">Primes, roots and moves.</param>
    /// <param name="from">The first prime.</param>
    /// <param name="to">The prime after the last.</param>
    /// <param name="isBackward">Whether roots move down.</param>
    /// <param name="interval">Positions are below it.</param>
    /// <param name="ends">For each block where its next hit goes; moved on.</param>
    /// <param name="firstTag">The upper half of the first prime's hits.</param>
    public abstract void Throw(
        in RootColumns columns, int from, int to, bool isBackward, uint interval, uint** ends, uint firstTag);

    /// <summary>
    /// Moves the positions of groups of <see cref="Width"/> primes through one block and lists the places they hit.
    /// The block's size may be in the list too, for none.
    /// </summary>
    /// <param name="primes">The primes, above 2^11.</param>
    /// <param name="positions">Where each hits next, from the block's start; moved to the next block.</param>
    /// <param name="from">The first prime; moved behind the last one done.</param>
    /// <param name="to">The prime after the last.</param>
    /// <param name="places">The list, at a cache line's boundary, with room for <see cref="PlacesMax"/> places.</param>
    /// <returns>How many places are listed; the caller comes again until all primes are done.</returns>
    public abstract int ListHits(uint* primes, uint* positions, ref int from, int to, uint* places);

    /// <summary>
    /// Writes the indices of the primes that have <paramref name="position"/> as a root to <paramref
    /// name="matches"/>, which has room for all.
    /// </summary>
    /// <returns>How many there are.</returns>
    public abstract int Match(
        in RootColumns columns, float* reciprocals, int from, int to, uint position, int* matches);

    /// <summary>Writes the places of the bytes with the highest bit set to <paramref name="places"/>.</summary>
    /// <returns>How many there are, at most <paramref name="most"/>.</returns>
    public abstract int FindMarked(byte* values, int count, int* places, int most);

    /// <summary>
    /// The index from <paramref name="from"/> on of the next hit whose lower half is <paramref name="place"/>; the
    /// count if none.
    /// </summary>
    public abstract int FindHit(uint* hits, int from, int count, uint place);
}

/// <summary>The columns of the table of roots that a step to the next polynomial touches.</summary>
internal readonly unsafe struct RootColumns(uint* primes, uint* first, uint* second, uint* moves)
{
    public readonly uint* Primes = primes;
    public readonly uint* First = first;
    public readonly uint* Second = second;

    /// <summary>How far each root moves; null where nothing is to be moved.</summary>
    public readonly uint* Moves = moves;
}
