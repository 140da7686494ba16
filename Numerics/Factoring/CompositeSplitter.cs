using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>Finds one proper divisor of a composite number that is no perfect power and has no small factors.</summary>
internal sealed class CompositeSplitter(BigInteger number, LimbArithmetic arithmetic) : IDisposable
{
    /// <summary>Above this many bits (120 digits) the sieve would take weeks.</summary>
    public const int SieveBitsMax = 400;

    // Up to this many bits word-sized curves are faster than setting up a sieve.
    private const int WordBitsMax = 96;

    private readonly LimbArithmetic _arithmetic = arithmetic;
    private QuadraticSieve? _sieve;

    /// <summary>The divisor once <see cref="Work"/> has come to its end; null if none could be found.</summary>
    public BigInteger? Divisor { get; private set; }

    /// <summary>Searches in pieces, each giving the part done so far.</summary>
    public IEnumerable<double> Work()
    {
        if (number.GetBitLength() <= WordBitsMax)
        {
            Divisor = WordFactors.Divisor((UInt128)number);
            yield break;
        }

        if (number.GetBitLength() > SieveBitsMax)
            yield break;
        _sieve ??= new QuadraticSieve(number);
        foreach (var part in _sieve.Work())
            yield return part;
        Divisor = _sieve.Factor;
    }

    public void Write(CheckpointWriter output)
    {
        output.Write(_sieve is null ? 0 : 1);
        _sieve?.Write(output);
    }

    /// <summary>Continues from a checkpoint; to be called before <see cref="Work"/>.</summary>
    public void Read(ref CheckpointReader input)
    {
        if (input.ReadCount(1) == 0)
            return;
        _sieve = new QuadraticSieve(number);
        _sieve.Read(ref input);
    }

    public void Dispose() => _sieve?.Dispose();
}
