using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Turnstile.Numerics;

/// <summary>
/// Where each prime of the factor base divides the values of the current polynomial: positions modulo the prime,
/// counted from the interval's start. A step to the next polynomial of the family moves them by one addition each.
/// </summary>
/// <remarks>
/// A step B = (a / q) g with g below q moves a root by B / a = g / q modulo the prime, so that a family's start takes
/// the inverses of a's primes and nothing longer than a word; these come from one inverse of a by P. L. Montgomery's
/// trick. The arithmetic is done in doubles, exactly: primes stay below 2^26 and products below 2^52.
/// </remarks>
internal sealed unsafe class SieveRoots : IDisposable
{
    private const int FactorsMax = 32;

    // Primes in a piece: a millisecond's worth with vectors, ten without.
    private const int PieceCount = 1 << 14;

    private readonly FactorBase _factorBase;
    private readonly int _halfInterval;
    private readonly AlignedArray<uint> _first;
    private readonly AlignedArray<uint> _second;
    private readonly List<AlignedArray<uint>> _moves = [];

    public SieveRoots(FactorBase factorBase, int halfInterval)
    {
        _factorBase = factorBase;
        _halfInterval = halfInterval;
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
    /// The roots for a polynomial of a family. The primes of a itself have one root that moves otherwise: they get
    /// position 0, and whoever divides values tries them all. In pieces.
    /// </summary>
    public IEnumerable<bool> Start(PolynomialFamily family, int polynomial)
    {
        while (_moves.Count < family.Factors.Length)
            _moves.Add(new(_factorBase.PaddedCount));
        for (var i = 0; i < _factorBase.Count; i += RealModulus.Lanes)
        {
            Start(family, polynomial, i);
            if ((i + RealModulus.Lanes) % PieceCount == 0)
                yield return true;
        }

        Finish(family);
    }

    private void Finish(PolynomialFamily family)
    {
        foreach (var factor in family.Factors)
            Clear(factor);
        Clear(0);
        for (var i = _factorBase.Count; i < _factorBase.PaddedCount; i++)
        {
            Clear(i);
            First[i] = Second[i] = SieveLanes.PaddingRoot;
        }
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _moves.ForEach(moves => moves.Dispose());
    }

    private void Clear(int index)
    {
        First[index] = Second[index] = 0;
        foreach (var moves in _moves)
            moves.Pointer[index] = 0;
    }

    [SkipLocalsInit]
    private void Start(PolynomialFamily family, int polynomial, int index)
    {
        var modulus = new RealModulus(_factorBase.Primes + index);
        var count = family.Factors.Length;
        var inverses = stackalloc Vector512<double>[FactorsMax];
        var inverse = InvertFactors(family, modulus, inverses);

        // b / a, from the same steps that the moves are.
        var sum = family.Offset.IsZero ? Vector512<double>.Zero : Vector512<double>.One;
        for (var l = 0; l < count; l++)
        {
            var move = modulus.Multiply(inverses[l], Vector512.Create((double)family.Gammas[l]));
            modulus.Store(move, _moves[l].Pointer + index);
            sum += PolynomialFamily.IsNegative(polynomial, l) ? -move : move;
        }

        var root = modulus.Multiply(inverse, RealModulus.Load(_factorBase.Roots + index));
        var middle = Vector512.Create((double)_halfInterval);
        modulus.Store(modulus.Half(modulus.Reduce(root - sum)) + middle, First + index);
        modulus.Store(modulus.Half(modulus.Reduce(-root - sum)) + middle, Second + index);
    }

    // The inverses of a's primes, and of a.
    [SkipLocalsInit]
    private static Vector512<double> InvertFactors(
        PolynomialFamily family, in RealModulus modulus, Vector512<double>* inverses)
    {
        var products = stackalloc Vector512<double>[FactorsMax];
        var product = Vector512<double>.One;
        for (var l = 0; l < family.Factors.Length; l++)
        {
            products[l] = product;
            product = modulus.Multiply(product, modulus.Reduce(Vector512.Create((double)family.Primes[l])));
        }

        var inverse = modulus.Invert(product);
        var rest = inverse;
        for (var l = family.Factors.Length - 1; l >= 0; l--)
        {
            inverses[l] = modulus.Multiply(rest, products[l]);
            rest = modulus.Multiply(rest, modulus.Reduce(Vector512.Create((double)family.Primes[l])));
        }

        return inverse;
    }
}
