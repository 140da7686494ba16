namespace Turnstile.Numerics;

/// <summary>
/// Sieves one block of 2^15 values at a time, which stays in the first-level cache, with the primes that hit blocks
/// often. Subtracts logarithms: a value is worth a look once its byte's highest bit is set.
/// </summary>
internal sealed unsafe class BlockSieve : IDisposable
{
    public const int BlockBits = 15;
    public const int BlockSize = 1 << BlockBits;

    // From here on primes hit so seldom that a loop for each would mostly mispredict its end.
    private const int FirstGrouped = BlockSize / 12;

    private readonly FactorBase _factorBase;
    private readonly SieveLanes _lanes;
    private readonly AlignedArray<byte> _sieve = new(BlockSize + SieveLanes.Width);
    private readonly AlignedArray<uint> _places = new(SieveLanes.PlacesMax + 8);
    private readonly AlignedArray<uint> _first;
    private readonly AlignedArray<uint> _second;
    private readonly int _start;
    private readonly int _groups;
    private readonly int _end;
    private readonly List<Run> _runs = [];

    /// <param name="factorBase">The primes.</param>
    /// <param name="lanes">What sieves with groups of primes.</param>
    /// <param name="start">The first prime to sieve with.</param>
    /// <param name="end">The first prime to leave to others; a multiple of <see cref="SieveLanes.Width"/>.</param>
    public BlockSieve(FactorBase factorBase, SieveLanes lanes, int start, int end)
    {
        _factorBase = factorBase;
        _lanes = lanes;
        _start = start;
        _end = end;
        _groups = (factorBase.IndexOf(FirstGrouped) + SieveLanes.Width - 1) / SieveLanes.Width * SieveLanes.Width;
        _groups = Math.Clamp(_groups, Math.Min(start, end), end);
        if (_groups % SieveLanes.Width != 0)
            _groups = end;
        for (var from = _groups; from < end;)
        {
            var log = factorBase.Logs[from];
            var to = from;
            while (to < end && factorBase.Logs[to] == log)
                to += SieveLanes.Width;
            _runs.Add(new(from, to, log));
            from = to;
        }

        _first = new(end);
        _second = new(end);
    }

    /// <summary>The block's values, <see cref="BlockSize"/> bytes.</summary>
    public byte* Values => _sieve.Pointer;

    /// <summary>Begins a polynomial.</summary>
    public void Begin(SieveRoots roots)
    {
        var bytes = (long)(_end - _start) * sizeof(uint);
        Buffer.MemoryCopy(roots.First + _start, _first.Pointer + _start, bytes, bytes);
        Buffer.MemoryCopy(roots.Second + _start, _second.Pointer + _start, bytes, bytes);
    }

    /// <summary>
    /// Sieves the next block, from <paramref name="initial"/> downwards. Primes in <paramref name="logs"/> may count
    /// 0.
    /// </summary>
    public void SieveNext(byte initial, byte* logs)
    {
        new Span<byte>(Values, BlockSize).Fill(initial);
        SieveSingly(logs);
        foreach (var run in _runs)
        {
            SieveListed(_first.Pointer, run);
            SieveListed(_second.Pointer, run);
        }
    }

    public void Dispose()
    {
        _sieve.Dispose();
        _places.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    // In two passes, so that no place is read right after the vector it is part of was written, which processors are
    // slow at.
    private void SieveListed(uint* positions, Run run)
    {
        for (var from = run.From; from < run.To;)
        {
            var count = _lanes.ListHits(_factorBase.Primes, positions, ref from, run.To, _places.Pointer);
            Subtract(_places.Pointer, count, run.Log);
        }
    }

    // The spare bytes behind the block take what a list has too many.
    private void Subtract(uint* places, int count, byte log)
    {
        const uint Spare = BlockSize;
        for (var i = count; i < count + 7; i++)
            places[i] = Spare;
        var values = Values;
        for (var i = 0; i < count; i += 8)
        {
            values[places[i]] -= log;
            values[places[i + 1]] -= log;
            values[places[i + 2]] -= log;
            values[places[i + 3]] -= log;
            values[places[i + 4]] -= log;
            values[places[i + 5]] -= log;
            values[places[i + 6]] -= log;
            values[places[i + 7]] -= log;
        }
    }

    private void SieveSingly(byte* logs)
    {
        var values = Values;
        var firsts = _first.Pointer;
        var seconds = _second.Pointer;
        var primes = _factorBase.Primes;
        for (var i = _start; i < _groups; i++)
        {
            var prime = (nuint)primes[i];
            var log = logs[i];
            var low = (nuint)Math.Min(firsts[i], seconds[i]);
            var high = (nuint)Math.Max(firsts[i], seconds[i]);
            var stop = BlockSize - Math.Min(3 * prime, BlockSize);
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

    // Primes whose groups begin with the same logarithm.
    private readonly record struct Run(int From, int To, byte Log);
}
