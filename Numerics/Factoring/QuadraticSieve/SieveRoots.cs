using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// Where each prime of the factor base divides the values of the current polynomial: positions modulo the prime, counted from
/// the interval's start. A step to the next polynomial of the family moves them by one addition each.
/// </summary>
internal sealed unsafe class SieveRoots : IDisposable
{
    private readonly FactorBase _factorBase;
    private readonly uint _halfInterval;
    private readonly AlignedArray<uint> _first;
    private readonly AlignedArray<uint> _second;
    private readonly List<AlignedArray<uint>> _moves = [];

    public SieveRoots(FactorBase factorBase, int halfInterval)
    {
        _factorBase = factorBase;
        _halfInterval = (uint)halfInterval;
        _first = new(factorBase.PaddedCount);
        _second = new(factorBase.PaddedCount);
        _first.Span[factorBase.Count..].Fill(SieveLanes.PaddingRoot);
        _second.Span[factorBase.Count..].Fill(SieveLanes.PaddingRoot);
    }

    public uint* First => _first.Pointer;

    public uint* Second => _second.Pointer;

    /// <summary>The roots as they stand.</summary>
    public RootColumns Columns => new(_factorBase.Primes, First, Second, null);

    /// <summary>The roots and how far they move when step <paramref name="l"/> changes its sign.</summary>
    public RootColumns Step(int l) => new(_factorBase.Primes, First, Second, _moves[l].Pointer);

    /// <summary>
    /// The roots for a polynomial of a family. The primes of a itself have one root that moves otherwise: they get position 0,
    /// and whoever divides values tries them all.
    /// </summary>
    public void Start(PolynomialFamily family, int polynomial)
    {
        while (_moves.Count < family.Factors.Length)
            _moves.Add(new(_factorBase.PaddedCount));
        var a = Limbs.From(family.A);
        var steps = Array.ConvertAll(family.Steps, Limbs.From);
        var b = family.B(polynomial);
        var bLimbs = Limbs.From(BigInteger.Abs(b));
        for (var i = 1; i < _factorBase.Count; i++)
        {
            var prime = _factorBase.Primes[i];
            var aResidue = FactorBase.Remainder(a, prime);
            if (aResidue == 0)
            {
                First[i] = Second[i] = 0;
                for (var l = 0; l < steps.Length; l++)
                    _moves[l].Pointer[i] = 0;
                continue;
            }

            var inverse = ModularRoot.Inverse(aResidue, prime);
            for (var l = 0; l < steps.Length; l++)
                _moves[l].Pointer[i] = ModularRoot.Multiply(FactorBase.Remainder(steps[l], prime), inverse, prime);
            var half = (inverse & 1) == 0 ? inverse / 2 : (inverse + prime) / 2;
            var minusB = FactorBase.Remainder(bLimbs, prime);
            if (b.Sign > 0 && minusB != 0)
                minusB = prime - minusB;
            var root = _factorBase.Roots[i];
            First[i] = Position(minusB + root, half, prime);
            Second[i] = Position(minusB + prime - root, half, prime);
        }
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _moves.ForEach(moves => moves.Dispose());
    }

    private uint Position(uint numerator, uint half, uint prime) =>
        (uint)((((ulong)numerator * half) + _halfInterval) % prime);
}
