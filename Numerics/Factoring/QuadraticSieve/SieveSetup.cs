using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>What follows from a number and its parameters before any prime is sieved.</summary>
internal sealed class SieveSetup
{
    // The sieve counts down in bytes whose highest bit is the signal.
    private const int InitialMax = 127;

    public SieveSetup(BigInteger number, SieveParameters parameters, FactorBase factorBase)
    {
        Blocks = (int)Math.Ceiling(parameters.Blocks);
        BlockLength = (int)(Math.Min(parameters.Blocks, 1) * BlockSieve.BlockSize);
        HalfInterval = Blocks * BlockLength / 2;
        ValueBits = (int)Math.Ceiling((BigInteger.Log(number) / Math.Log(2) / 2) + Math.Log2(HalfInterval) - 1.5) + 1;
        LargePrimeMax = Math.Min((ulong)factorBase.Largest * (ulong)parameters.LargePrimeFactor, uint.MaxValue);
        DoubleMax = parameters.LargePrimes > 1 ? (ulong)Math.Pow(LargePrimeMax, DoubleExponent) : 0;
        ToleratedBits = Math.Log2(Math.Max(LargePrimeMax, DoubleMax));
        FirstSieved = Math.Max(2, factorBase.IndexOf((uint)parameters.SmallestSieved));
        Initial = (byte)Math.Clamp(ValueBits - 1 - ToleratedBits - parameters.Slack, 10, InitialMax);
    }

    /// <summary>Blocks in the interval.</summary>
    public int Blocks { get; }

    /// <summary>Values in a block.</summary>
    public int BlockLength { get; }

    /// <summary>Polynomials are sieved from minus this to this.</summary>
    public int HalfInterval { get; }

    /// <summary>Bits of the largest values.</summary>
    public int ValueBits { get; }

    /// <summary>Large primes are not above it.</summary>
    public ulong LargePrimeMax { get; }

    /// <summary>Products of two large primes are not above it; 0 where only one is allowed.</summary>
    public ulong DoubleMax { get; }

    /// <summary>Bits of the largest rest that is kept.</summary>
    public double ToleratedBits { get; }

    /// <summary>The first prime that is sieved with: smaller ones cost most and tell least.</summary>
    public int FirstSieved { get; }

    /// <summary>What the bytes of the sieve start from.</summary>
    public byte Initial { get; }

    // Two primes near the limit seldom end up in a cycle (measured in sieves of 80 digits).
    private const double DoubleExponent = 1.8;
}
