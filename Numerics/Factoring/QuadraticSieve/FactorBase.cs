using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// The primes a sieve works with: 2, and odd primes modulo which kN is a square, ascending, with that square's roots.
/// </summary>
internal sealed unsafe class FactorBase : IDisposable
{
    // Primes looked at in a piece: a millisecond's worth.
    private const int PieceCount = 1 << 11;

    private readonly AlignedArray<uint> _primes;
    private readonly AlignedArray<uint> _roots;
    private readonly AlignedArray<byte> _logs;
    private readonly AlignedArray<float> _reciprocals;
    private readonly AlignedArray<ulong> _inverses;
    private readonly ulong[] _number;
    private readonly int _multiplier;

    /// <param name="number">kN, odd.</param>
    /// <param name="multiplier">k.</param>
    /// <param name="count">How many primes.</param>
    public FactorBase(BigInteger number, int multiplier, int count)
    {
        Count = count;
        PaddedCount = (count + SieveLanes.Width - 1) / SieveLanes.Width * SieveLanes.Width;
        _primes = new(PaddedCount);
        _roots = new(PaddedCount);
        _logs = new(PaddedCount);
        _reciprocals = new(PaddedCount);
        _inverses = new(PaddedCount);
        _primes.Span[count..].Fill(SieveLanes.PaddingPrime);
        _number = Limbs.From(number);
        _multiplier = multiplier;
    }

    /// <summary>Finds the primes, in pieces; to be done before anything else.</summary>
    public IEnumerable<bool> Work()
    {
        Add(0, 2, 1);
        var filled = 1;
        var tried = 0;
        foreach (var prime in Candidates(Count))
        {
            if (++tried % PieceCount == 0)
                yield return true;
            var residue = Remainder(_number, prime);
            if (residue == 0 && _multiplier % prime != 0)
                Divisor ??= prime;
            if (residue != 0 && JacobiSymbol.Of(residue, prime) != 1)
                continue;
            Add(filled, prime, ModularRoot.SquareRoot(residue, prime));
            if (++filled == Count)
                break;
        }
    }

    public int Count { get; }

    /// <summary>The length of all arrays: the count rounded up to <see cref="SieveLanes.Width"/>.</summary>
    public int PaddedCount { get; }

    /// <summary>A prime that divides the number itself, should one have turned up.</summary>
    public uint? Divisor { get; private set; }

    public uint* Primes => _primes.Pointer;

    /// <summary>For each prime a root of kN modulo it.</summary>
    public uint* Roots => _roots.Pointer;

    /// <summary>Binary logarithms, rounded.</summary>
    public byte* Logs => _logs.Pointer;

    /// <summary>One over each prime, a little less rather than more; 0 for padding.</summary>
    public float* Reciprocals => _reciprocals.Pointer;

    /// <summary>Inverses modulo 2^64 of the odd primes.</summary>
    public ulong* Inverses => _inverses.Pointer;

    public uint Largest => Primes[Count - 1];

    /// <summary>
    /// The index of the first prime not below <paramref name="bound"/>; the count where there is none.
    /// </summary>
    public int IndexOf(uint bound)
    {
        var index = new ReadOnlySpan<uint>(Primes, Count).BinarySearch(bound);
        return index < 0 ? ~index : index;
    }

    public void Dispose()
    {
        _primes.Dispose();
        _roots.Dispose();
        _logs.Dispose();
        _reciprocals.Dispose();
        _inverses.Dispose();
    }

    /// <summary>The remainder of a number in limbs by a prime below 2^32.</summary>
    public static uint Remainder(ReadOnlySpan<ulong> limbs, uint prime)
    {
        var remainder = 0UL;
        for (var i = limbs.Length - 1; i >= 0; i--)
        {
            remainder = ((remainder << 32) | (limbs[i] >> 32)) % prime;
            remainder = ((remainder << 32) | (uint)limbs[i]) % prime;
        }

        return (uint)remainder;
    }

    // The reciprocal is rounded down, so that a quotient made with it is never too large.
    private void Add(int index, uint prime, uint root)
    {
        _primes.Pointer[index] = prime;
        _roots.Pointer[index] = root;
        _logs.Pointer[index] = (byte)Math.Round(Math.Log2(prime));
        _reciprocals.Pointer[index] = MathF.BitDecrement(1f / prime);
        _inverses.Pointer[index] = Limbs.InverseOfOdd(prime);
    }

    // About half the primes qualify; the n-th prime lies below n (ln n + ln ln n) from n = 6.
    private static IEnumerable<uint> Candidates(int count)
    {
        foreach (var prime in PrimeSieve.Small.Skip(1))
            yield return prime;
        var n = 2.5 * Math.Max(count, 6) + 1000;
        var limit = Math.Min(int.MaxValue - (1 << 17), n * (Math.Log(n) + Math.Log(Math.Log(n))) * 1.5);
        foreach (var prime in PrimeSieve.Below((int)limit))
            if (prime > PrimeSieve.Small[^1])
                yield return (uint)prime;
    }
}
