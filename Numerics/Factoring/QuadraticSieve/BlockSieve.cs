namespace Turnstile.Numerics;

/// <summary>
/// Sieves one block of up to 2^15 values at a time, which stays in the first-level cache, with the primes that hit
/// blocks often. Subtracts logarithms: a value is worth a look once its byte's highest bit is set.
/// </summary>
internal sealed unsafe class BlockSieve : IDisposable
{
    public const int BlockBits = 15;
    public const int BlockSize = 1 << BlockBits;

    // From here on primes hit so seldom that a loop for each would mostly mispredict its end.
    private const int FirstGrouped = BlockSize / 12;

    private readonly FactorBase _factorBase;
    private readonly SieveLanes _lanes;
    private readonly AlignedArray<byte> _sieve;
    private readonly AlignedArray<uint> _places = new(SieveLanes.PlacesMax + 8);
    private readonly AlignedArray<uint> _first;
    private readonly AlignedArray<uint> _second;
    private readonly int _start;
    private readonly AlignedArray<uint> _turns;
    private readonly AlignedArray<uint> _rests;
    private readonly int _singles;
    private readonly int _end;
    private readonly int _length;
    private readonly List<Run> _runs = [];

    /// <param name="factorBase">The primes.</param>
    /// <param name="lanes">What sieves with groups of primes.</param>
    /// <param name="start">The first prime to sieve with.</param>
    /// <param name="end">The first prime to leave to others; a multiple of <see cref="SieveLanes.Width"/>.</param>
    /// <param name="length">Values in a block; short ones are for factor bases without long primes.</param>
    public BlockSieve(FactorBase factorBase, SieveLanes lanes, int start, int end, int length)
    {
        _length = length;
        _factorBase = factorBase;
        _lanes = lanes;
        _start = start;
        _end = end;

        // Groups go through whole blocks.
        var groups = length < BlockSize ? end : factorBase.IndexOf(FirstGrouped);
        groups = Math.Min((groups + SieveLanes.Width - 1) / SieveLanes.Width * SieveLanes.Width, end);
        _singles = Math.Min(groups, factorBase.Count);
        var longest = (int)factorBase.Primes[Math.Max(_singles - 1, 0)];
        _sieve = new(length + (2 * longest) + SieveLanes.Width);
        _turns = new(_singles);
        _rests = new(_singles);
        for (var i = start; i < _singles; i++)
        {
            // A prime that fits so often into a block can hit it once more, and takes two turns at a time.
            var (times, rest) = Math.DivRem((uint)length, factorBase.Primes[i]);
            _turns.Pointer[i] = (times / 2) + 1;
            _rests.Pointer[i] = rest;
        }

        for (var from = groups; from < end;)
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

    /// <summary>The block's values.</summary>
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
        new Span<byte>(Values, _length).Fill(initial);
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
        _turns.Dispose();
        _rests.Dispose();
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
        var end = places + count;
        for (var i = 0; i < 7; i++)
            end[i] = Spare;
        var values = Values;
        for (; places < end; places += 8)
        {
            values[places[0]] -= log;
            values[places[1]] -= log;
            values[places[2]] -= log;
            values[places[3]] -= log;
            values[places[4]] -= log;
            values[places[5]] -= log;
            values[places[6]] -= log;
            values[places[7]] -= log;
        }
    }

    // As many hits as a prime can have, whether or not it has the last ones: the spare bytes take what is too much, and
    // no branch depends on the root.
    private void SieveSingly(byte* logs)
    {
        var values = Values;
        for (var i = _start; i < _singles; i++)
        {
            var prime = (nuint)_factorBase.Primes[i];
            var log = logs[i];
            var first = values + _first.Pointer[i];
            var second = values + _second.Pointer[i];
            for (var turns = _turns.Pointer[i]; turns != 0; turns--)
            {
                *first -= log;
                *second -= log;
                first[prime] -= log;
                second[prime] -= log;
                first += 2 * prime;
                second += 2 * prime;
            }

            _first.Pointer[i] = NextBlock(_first.Pointer[i], i);
            _second.Pointer[i] = NextBlock(_second.Pointer[i], i);
        }
    }

    private uint NextBlock(uint root, int index)
    {
        var next = (int)(root - _rests.Pointer[index]);
        return (uint)(next + ((next >> 31) & (int)_factorBase.Primes[index]));
    }

    // Primes whose groups begin with the same logarithm.
    private readonly record struct Run(int From, int To, byte Log);
}
