using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// The primes a sieve works with: 2, and odd primes modulo which kN is a square, ascending, with that square's roots.
/// </summary>
internal sealed unsafe class FactorBase : IDisposable
{
    private readonly AlignedArray<uint> _primes;
    private readonly AlignedArray<uint> _roots;
    private readonly AlignedArray<byte> _logs;
    private readonly AlignedArray<float> _reciprocals;
    private readonly AlignedArray<ulong> _inverses;

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
        _primes.Pointer[0] = 2;
        _roots.Pointer[0] = 1;
        _logs.Pointer[0] = 1;
        var limbs = Limbs.From(number);
        var filled = 1;
        foreach (var prime in Candidates(count))
        {
            var residue = Remainder(limbs, prime);
            if (residue == 0 && multiplier % prime != 0)
                Divisor ??= prime;
            if (residue != 0 && JacobiSymbol.Of(residue, prime) != 1)
                continue;
            _primes.Pointer[filled] = prime;
            _roots.Pointer[filled] = ModularRoot.SquareRoot(residue, prime);
            _logs.Pointer[filled] = (byte)Math.Round(Math.Log2(prime));
            if (++filled == count)
                break;
        }

        // Rounded down, so that a quotient made with it is never too large.
        for (var i = 0; i < count; i++)
        {
            _reciprocals.Pointer[i] = MathF.BitDecrement(1f / _primes.Pointer[i]);
            _inverses.Pointer[i] = Limbs.InverseOfOdd(_primes.Pointer[i]);
        }
    }

    public int Count { get; }

    /// <summary>The length of all arrays: the count rounded up to <see cref="SieveLanes.Width"/>.</summary>
    public int PaddedCount { get; }

    /// <summary>A prime that divides the number itself, should one have turned up.</summary>
    public uint? Divisor { get; }

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
