namespace Turnstile.Numerics;

/// <summary>
/// Primes that hit a polynomial's interval rarely: their hits are thrown into a bucket for each block while the roots are moved,
/// and a bucket is emptied into its block in one go, so that memory is only ever walked in order.
/// (Known from siever practice; J. Papadopoulos' and B. Buhrow's programs made it usual.)
/// </summary>
internal sealed unsafe class BucketSieve : IDisposable
{
    // A hit is the prime's number within its slice in the upper half and its place in the block in the lower.
    private const int SlicePrimesMax = 1 << 16;

    // The fill of the buckets is looked at every so many primes.
    private const int GroupPrimes = 256;

    private readonly FactorBase _factorBase;
    private readonly SieveRoots _roots;
    private readonly int _blocks;
    private readonly List<Slice> _slices = [];
    private readonly AlignedArray<uint> _hits;
    private readonly AlignedArray<int> _ends;

    /// <param name="factorBase">The primes.</param>
    /// <param name="roots">Their roots, which this moves.</param>
    /// <param name="start">The first prime to sieve with, above a block's size.</param>
    /// <param name="blocks">How many blocks the interval has.</param>
    public BucketSieve(FactorBase factorBase, SieveRoots roots, int start, int blocks)
    {
        _factorBase = factorBase;
        _roots = roots;
        _blocks = blocks;
        Start = start;
        var offset = 0;
        for (var from = start; from < factorBase.Count;)
        {
            var to = from;
            var expected = 0.0;
            for (; to < factorBase.Count && factorBase.Logs[to] == factorBase.Logs[from] && to - from < SlicePrimesMax; to++)
                expected += 2.0 * BlockSieve.BlockSize / factorBase.Primes[to];

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

    /// <summary>Throws all hits of the polynomial whose roots are current.</summary>
    public void Fill()
    {
        foreach (var slice in _slices)
            Fill(slice, null, false);
    }

    /// <summary>Moves the roots and throws all hits of the polynomial they belong to then.</summary>
    public void MoveAndFill(uint* move, bool isBackward)
    {
        foreach (var slice in _slices)
            Fill(slice, move, isBackward);
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

    /// <summary>Adds the primes that hit a place of a block to <paramref name="primes"/> and returns how many there are then.</summary>
    public int Collect(int block, uint place, Span<int> primes, int count)
    {
        for (var s = 0; s < _slices.Count; s++)
        {
            var hit = Hits(s, block, out var end);
            for (; hit < end; hit++)
                if ((*hit & 0xFFFF) == place && count < primes.Length)
                    primes[count++] = _slices[s].From + (int)(*hit >> 16);
        }

        return count;
    }

    public void Dispose()
    {
        _hits.Dispose();
        _ends.Dispose();
    }

    private uint* Hits(int slice, int block, out uint* end)
    {
        var start = _hits.Pointer + _slices[slice].Offset + ((long)block * _slices[slice].Capacity);
        end = start + _ends.Pointer[(slice * _blocks) + block];
        return start;
    }

    private void Fill(Slice slice, uint* move, bool isBackward)
    {
        var counts = _ends.Pointer + (_slices.IndexOf(slice) * _blocks);
        new Span<int>(counts, _blocks).Clear();
        for (var from = slice.From; from < slice.To; from += GroupPrimes)
        {
            // Full buckets lose hits, which costs relations, never memory.
            var isFull = new ReadOnlySpan<int>(counts, _blocks).ContainsAnyInRange(slice.Capacity - (2 * GroupPrimes), int.MaxValue);
            FillGroup(slice, from, Math.Min(from + GroupPrimes, slice.To), move, isBackward, isFull ? null : counts);
        }
    }

    private void FillGroup(Slice slice, int from, int to, uint* move, bool isBackward, int* counts)
    {
        var interval = (uint)_blocks << BlockSieve.BlockBits;
        var hits = _hits.Pointer + slice.Offset;
        for (var i = from; i < to; i++)
        {
            var prime = _factorBase.Primes[i];
            var first = _roots.First[i];
            var second = _roots.Second[i];
            if (move != null)
            {
                var distance = isBackward ? prime - move[i] : move[i];
                first += distance;
                second += distance;
                first = Math.Min(first, first - prime);
                second = Math.Min(second, second - prime);
                _roots.First[i] = first;
                _roots.Second[i] = second;
            }

            if (counts == null)
                continue;
            var tag = (uint)(i - slice.From) << 16;
            for (; first < interval; first += prime)
                Throw(hits, counts, slice.Capacity, first, tag);
            for (; second < interval; second += prime)
                Throw(hits, counts, slice.Capacity, second, tag);
        }
    }

    private static void Throw(uint* hits, int* counts, int capacity, uint position, uint tag)
    {
        var block = position >> BlockSieve.BlockBits;
        hits[(block * (uint)capacity) + (uint)counts[block]++] = tag | (position & (BlockSieve.BlockSize - 1));
    }

    private readonly record struct Slice(int From, int To, int Offset, int Capacity, byte Log);
}
