using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>Finds one proper divisor of a composite number that is no perfect power and has no small factors.</summary>
internal sealed class CompositeSplitter(BigInteger number) : IDisposable
{
    /// <summary>Above this many bits (120 digits) the sieve would take weeks.</summary>
    public const int SieveBitsMax = 400;

    // What curves take of the whole where a sieve follows.
    private const double CurvesPart = 0.05;

    private readonly CurveSearch _curves = new(number);
    private QuadraticSieve? _sieve;

    // Of a sieve that is restored or at work.
    private SieveState? _state;

    /// <summary>The divisor once <see cref="Work"/> has come to its end; null if none could be found.</summary>
    public BigInteger? Divisor { get; private set; }

    private bool CanBeSieved => number.GetBitLength() <= SieveBitsMax;

    /// <summary>Searches in pieces, each giving the part done so far.</summary>
    public IEnumerable<double> Work()
    {
        if (number.GetBitLength() <= WordFactors.BitsMax)
        {
            Divisor = WordFactors.Divisor((UInt128)number);
            yield break;
        }

        if (_state is null)
        {
            if (number.GetBitLength() <= WordFactors.BriefBitsMax)
            {
                var divisor = WordFactors.DivisorThatStandsOut((UInt128)number);
                Divisor = divisor == 0 ? null : divisor;
            }
            else
            {
                foreach (var part in _curves.Work())
                    yield return part * (CanBeSieved ? CurvesPart : 1);
                Divisor = _curves.Divisor;
            }

            if (Divisor is not null || !CanBeSieved)
                yield break;
        }

        foreach (var _ in QuadraticSieve.Prepare(number, _state, sieve => _sieve = sieve))
            yield return CurvesPart;
        _state = _sieve!.State;
        foreach (var part in _sieve.Work())
            yield return CurvesPart + ((1 - CurvesPart) * part);
        Divisor = _sieve.Factor;
    }

    public void Write(CheckpointWriter output)
    {
        _curves.Write(output);
        output.Write(_state is null ? 0 : 1);
        _state?.Write(output);
    }

    /// <summary>Continues from a checkpoint; to be called before <see cref="Work"/>.</summary>
    public void Read(ref CheckpointReader input)
    {
        _curves.Read(ref input);
        if (input.ReadCount(CanBeSieved ? 1 : 0) == 0)
            return;
        _state = SieveState.For(number);
        _state.Read(ref input);
    }

    public void Dispose() => _sieve?.Dispose();
}
