namespace Turnstile.Numerics;

/// <summary>
/// Primes that hit a polynomial's interval rarely: their hits are thrown into a bucket for each block while the roots
/// are moved, and a bucket is emptied into its block in one go, so that memory is only ever walked in order. (Known
/// from siever practice; J. Papadopoulos' and B. Buhrow's programs made it usual.)
/// </summary>
internal sealed unsafe class BucketSieve : IDisposable
{
    // A hit is the prime's number within its slice in the upper half and its place in the block in the lower.
    private const int SlicePrimesMax = 1 << 16;

    // The fill of the buckets is looked at every so many primes.
    private const int GroupPrimes = 256;

    private readonly SieveLanes _lanes;
    private readonly int _blocks;
    private readonly List<Slice> _slices = [];
    private readonly AlignedArray<uint> _hits;
    private readonly AlignedArray<nint> _ends;

    /// <param name="factorBase">The primes.</param>
    /// <param name="lanes">What moves roots and throws hits.</param>
    /// <param name="start">
    /// The first prime to sieve with, above a block's size; a multiple of <see cref="SieveLanes.Width"/>.
    /// </param>
    /// <param name="blocks">How many blocks the interval has.</param>
    public BucketSieve(FactorBase factorBase, SieveLanes lanes, int start, int blocks)
    {
        _lanes = lanes;
        _blocks = blocks;
        Start = start;
        var offset = 0;
        for (var from = start; from < factorBase.Count;)
        {
            var to = from;
            var expected = 0.0;
            while (to < factorBase.PaddedCount
                && to - from < SlicePrimesMax
                && factorBase.Logs[to] == factorBase.Logs[from])
            {
                expected += SieveLanes.Width * 2.0 * BlockSieve.BlockSize / factorBase.Primes[to];
                to += SieveLanes.Width;
            }

            // Hits scatter like a Poisson distribution; ten standard deviations never happen by chance.
            var capacity = (int)(expected + (10 * Math.Sqrt(expected))) + (4 * GroupPrimes);
            _slices.Add(new(from, to, offset, capacity, factorBase.Logs[from]));
            offset += capacity * blocks;
            from = to;
        }

        _hits = new(offset + 16);
        _ends = new((_slices.Count * blocks) + 16);
    }

    /// <summary>The first prime that is sieved with here.</summary>
    public int Start { get; }

    /// <summary>
    /// Moves the roots, if the columns have moves, and throws all hits of the polynomial they belong to then.
    /// </summary>
    public void Fill(in RootColumns columns, bool isBackward)
    {
        for (var s = 0; s < _slices.Count; s++)
            Fill(columns, s, isBackward);
    }

    /// <summary>Subtracts the logarithms of a block's hits.</summary>
    public void Empty(int block, byte* values)
    {
        for (var s = 0; s < _slices.Count; s++)
        {
            var log = _slices[s].Log;
            var hit = Hits(s, block, out var end);
            for (; hit + 4 <= end; hit += 4)
            {
                values[hit[0] & 0xFFFF] -= log;
                values[hit[1] & 0xFFFF] -= log;
                values[hit[2] & 0xFFFF] -= log;
                values[hit[3] & 0xFFFF] -= log;
            }

            for (; hit < end; hit++)
                values[hit[0] & 0xFFFF] -= log;
        }
    }

    /// <summary>
    /// Writes the primes that hit a place of a block to <paramref name="primes"/> and returns how many there are.
    /// </summary>
    public int Collect(int block, uint place, Span<int> primes)
    {
        var count = 0;
        for (var s = 0; s < _slices.Count; s++)
        {
            var hits = Hits(s, block, out var end);
            var length = (int)(end - hits);
            var i = _lanes.FindHit(hits, 0, length, place);
            for (; i < length && count < primes.Length; i = _lanes.FindHit(hits, i + 1, length, place))
                primes[count++] = _slices[s].From + (int)(hits[i] >> 16);
        }

        return count;
    }

    public void Dispose()
    {
        _hits.Dispose();
        _ends.Dispose();
    }

    private uint* Begin(int slice, int block) =>
        _hits.Pointer + _slices[slice].Offset + ((long)block * _slices[slice].Capacity);

    private uint* Hits(int slice, int block, out uint* end)
    {
        end = (uint*)_ends.Pointer[(slice * _blocks) + block];
        return Begin(slice, block);
    }

    private void Fill(in RootColumns columns, int number, bool isBackward)
    {
        var slice = _slices[number];
        var interval = (uint)_blocks << BlockSieve.BlockBits;
        var ends = (uint**)_ends.Pointer + (number * _blocks);
        for (var block = 0; block < _blocks; block++)
            ends[block] = Begin(number, block);
        for (var from = slice.From; from < slice.To; from += GroupPrimes)
        {
            var to = Math.Min(from + GroupPrimes, slice.To);
            if (HasRoom(number, slice.Capacity))
                _lanes.Throw(columns, from, to, isBackward, interval, ends, (uint)(from - slice.From) << 16);
            else if (columns.Moves != null)
                _lanes.Advance(columns, from, to, isBackward);
        }
    }

    // Full buckets lose hits, which costs relations, never memory.
    private bool HasRoom(int slice, int capacity)
    {
        for (var block = 0; block < _blocks; block++)
        {
            var start = Hits(slice, block, out var end);
            if (end - start > capacity - (2 * GroupPrimes))
                return false;
        }

        return true;
    }

    private readonly record struct Slice(int From, int To, int Offset, int Capacity, byte Log);
}
