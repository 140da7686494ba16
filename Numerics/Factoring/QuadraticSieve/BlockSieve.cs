namespace Turnstile.Numerics;

/// <summary>
/// Sieves one block of 2^15 values at a time, which stays in the first-level cache, with the primes that are hit about once a
/// block or more often. Subtracts logarithms: a value is worth a look once its byte's highest bit is set.
/// </summary>
internal sealed unsafe class BlockSieve : IDisposable
{
    public const int BlockBits = 15;
    public const int BlockSize = 1 << BlockBits;

    // Where hits past the end of the block go, so that none needs a branch.
    private const int Spill = BlockSize;

    // Primes hit this often or less are sieved with a fixed number of hits and one that may spill.
    private const int FewHitsMax = 8;

    private readonly FactorBase _factorBase;
    private readonly AlignedArray<byte> _sieve = new(BlockSize + 64);
    private readonly AlignedArray<uint> _first;
    private readonly AlignedArray<uint> _second;
    private readonly int _start;
    private readonly int[] _ends = new int[FewHitsMax + 1];

    /// <param name="factorBase">The primes.</param>
    /// <param name="start">The first prime to sieve with.</param>
    /// <param name="end">The first prime to leave to others.</param>
    public BlockSieve(FactorBase factorBase, int start, int end)
    {
        _factorBase = factorBase;
        _start = start;
        _first = new(end + 16);
        _second = new(end + 16);
        _ends[0] = end;
        for (var hits = 1; hits <= FewHitsMax; hits++)
            _ends[hits] = Math.Clamp(factorBase.IndexOf((uint)((BlockSize / hits) + 1)), start, end);
    }

    /// <summary>The block's values, <see cref="BlockSize"/> bytes.</summary>
    public byte* Values => _sieve.Pointer;

    /// <summary>Begins a polynomial.</summary>
    public void Begin(SieveRoots roots)
    {
        var bytes = (long)(_ends[0] - _start) * sizeof(uint);
        Buffer.MemoryCopy(roots.First + _start, _first.Pointer + _start, bytes, bytes);
        Buffer.MemoryCopy(roots.Second + _start, _second.Pointer + _start, bytes, bytes);
    }

    /// <summary>Sieves the next block, from <paramref name="initial"/> downwards. Primes in <paramref name="logs"/> may count 0.</summary>
    public void SieveNext(byte initial, byte* logs)
    {
        new Span<byte>(Values, BlockSize).Fill(initial);
        SieveMany(logs);
        for (var hits = FewHitsMax - 1; hits >= 0; hits--)
            SieveFew(hits, _ends[hits + 1], _ends[hits], logs);
    }

    public void Dispose()
    {
        _sieve.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    private void SieveMany(byte* logs)
    {
        var values = Values;
        var firsts = _first.Pointer;
        var seconds = _second.Pointer;
        var primes = _factorBase.Primes;
        for (var i = _start; i < _ends[FewHitsMax]; i++)
        {
            var prime = (nuint)primes[i];
            var log = logs[i];
            var low = (nuint)Math.Min(firsts[i], seconds[i]);
            var high = (nuint)Math.Max(firsts[i], seconds[i]);
            var stop = BlockSize - (3 * prime);
            var twice = 2 * prime;
            var thrice = 3 * prime;
            while (high < stop)
            {
                values[low] -= log;
                values[high] -= log;
                values[low + prime] -= log;
                values[high + prime] -= log;
                values[low + twice] -= log;
                values[high + twice] -= log;
                values[low + thrice] -= log;
                values[high + thrice] -= log;
                low += 4 * prime;
                high += 4 * prime;
            }

            while (high < BlockSize)
            {
                values[low] -= log;
                values[high] -= log;
                low += prime;
                high += prime;
            }

            if (low < BlockSize)
            {
                values[low] -= log;
                low += prime;
            }

            firsts[i] = (uint)(low - BlockSize);
            seconds[i] = (uint)(high - BlockSize);
        }
    }

    /// <summary>Primes that hit a block <paramref name="hits"/> times, or once more.</summary>
    private void SieveFew(int hits, int from, int to, byte* logs)
    {
        var values = Values;
        var firsts = _first.Pointer;
        var seconds = _second.Pointer;
        var primes = _factorBase.Primes;
        for (var i = from; i < to; i++)
        {
            var prime = primes[i];
            var log = logs[i];
            var first = firsts[i];
            var second = seconds[i];
            for (var hit = 0; hit < hits; hit++)
            {
                values[first] -= log;
                values[second] -= log;
                first += prime;
                second += prime;
            }

            values[Math.Min(first, Spill)] -= log;
            values[Math.Min(second, Spill + 1)] -= log;
            firsts[i] = first - BlockSize + (first < BlockSize ? prime : 0);
            seconds[i] = second - BlockSize + (second < BlockSize ? prime : 0);
        }
    }
}
