using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// The self-initialising quadratic sieve (C. Pomerance, "The quadratic sieve factoring algorithm", 1985; R. D.
/// Silverman, "The multiple polynomial quadratic sieve", 1987; S. P. Contini, "Factoring integers with the
/// self-initializing quadratic sieve", 1997), resumable after every polynomial.
/// </summary>
internal sealed unsafe class QuadraticSieve : IDisposable
{
    // Sieving takes nearly all the time.
    private const double SievingPart = 0.95;

    private readonly BigInteger _original;
    private readonly BigInteger _number;
    private readonly FactorBase _factorBase;
    private readonly SieveSetup _setup;
    private readonly SieveLanes _lanes;
    private readonly SieveRoots _roots;
    private readonly BucketSieve _buckets;
    private readonly BlockSieve _blocks;
    private readonly SieveState _state;
    private readonly Relations _relations;
    private readonly FamilyChooser _families;
    private readonly AlignedArray<byte> _logs;

    /// <param name="number">Odd, composite, not a perfect power, above 2^80, without factors below 2^10.</param>
    /// <param name="lanes">What runs the inner loops.</param>
    /// <param name="parameters">For measuring; null for those of the table.</param>
    internal QuadraticSieve(BigInteger number, SieveLanes lanes, SieveParameters? parameters)
        : this(number, KnuthSchroeppel.Multiplier(number), lanes, parameters ?? Parameters(number), null, null)
    {
    }

    private QuadraticSieve(
        BigInteger number,
        int multiplier,
        SieveLanes lanes,
        SieveParameters parameters,
        FactorBase? factorBase,
        SieveState? state)
    {
        _original = number;
        Multiplier = multiplier;
        _number = number * multiplier;
        _factorBase = factorBase ?? Complete(new(_number, multiplier, parameters.Primes));
        _setup = new(_number, parameters, _factorBase);
        _roots = new(_factorBase, _setup.HalfInterval);
        var firstLarge = _factorBase.IndexOf(lanes.ListedPrimeMax);
        firstLarge = firstLarge == _factorBase.Count
            ? _factorBase.PaddedCount
            : firstLarge / SieveLanes.Width * SieveLanes.Width;
        _lanes = lanes;
        _buckets = new(_factorBase, lanes, firstLarge, _setup.Blocks);
        _blocks = new(_factorBase, lanes, _setup.FirstSieved, firstLarge, _setup.BlockLength);
        _families = new(_number, _factorBase, _setup.HalfInterval);
        _logs = new(_factorBase.Count + 16);
        _state = state ?? new(_factorBase.Count);
        _relations = _state.Relations;
    }

    /// <summary>What the number was multiplied by.</summary>
    public int Multiplier { get; }

    /// <summary>What has been found, to be written down between two pieces.</summary>
    public SieveState State => _state;

    /// <summary>A factor that is neither 1 nor the number, once <see cref="Work"/> has come to its end.</summary>
    public BigInteger? Factor { get; private set; }

    /// <summary>
    /// Sets a sieve up, in pieces: the primes of a long number's factor base take a tenth of a second.
    /// </summary>
    /// <param name="number">As above.</param>
    /// <param name="state">What to continue from; null to begin.</param>
    /// <param name="answer">Takes the sieve.</param>
    public static IEnumerable<bool> Prepare(BigInteger number, SieveState? state, Action<QuadraticSieve> answer)
    {
        var multiplier = KnuthSchroeppel.Multiplier(number);
        yield return true;
        var parameters = Parameters(number);
        var factorBase = new FactorBase(number * multiplier, multiplier, parameters.Primes);
        foreach (var piece in factorBase.Work())
            yield return piece;
        answer(new(number, multiplier, SieveLanes.Widest, parameters, factorBase, state));
    }

    /// <summary>The whole computation in pieces, each giving the part done so far.</summary>
    public IEnumerable<double> Work()
    {
        if (_factorBase.Divisor is { } divisor)
        {
            Factor = divisor;
            yield break;
        }

        foreach (var _ in Resume())
            yield return SievingPart * Part();
        while (Factor is null)
        {
            foreach (var part in Sieve())
                yield return SievingPart * part;
            var squares = new CongruencesOfSquares(_original, _number, _factorBase, _relations);
            foreach (var part in squares.Work())
                yield return SievingPart + ((1 - SievingPart) * part);
            Factor = squares.Factor;

            // All squares were trivial, or too many relations were the same: some more will do.
            _state.Wanted = _state.WantedNext;
        }
    }

    public void Dispose()
    {
        _factorBase.Dispose();
        _roots.Dispose();
        _buckets.Dispose();
        _blocks.Dispose();
        _logs.Dispose();
    }

    private static SieveParameters Parameters(BigInteger number) =>
        SieveParameters.For((int)number.GetBitLength());

    private static FactorBase Complete(FactorBase factorBase)
    {
        factorBase.Work().RunToEnd();

        return factorBase;
    }

    private double Part() => Math.Min(1, (double)_relations.Cycles / _state.Wanted);

    private IEnumerable<bool> Resume()
    {
        foreach (var piece in _relations.Resume())
            yield return piece;
        _state.CheckWanted();

        // The choices are replayed, so that what comes next is what would have come.
        foreach (var family in _relations.Families)
        {
            if (!_families.Next().AsSpan().SequenceEqual(family))
                throw new InvalidDataException("The checkpoint's polynomials are not this sieve's.");
            yield return true;
        }
    }

    private IEnumerable<double> Sieve()
    {
        var finder = new RelationFinder(_setup, _lanes, _factorBase, _roots, _buckets, _relations);
        var isInterrupted = _relations.Families.Count > 0;
        while (_relations.Cycles < _state.Wanted)
        {
            if (!isInterrupted)
            {
                _relations.AddFamily(_families.Next());
                _state.NextPolynomial = 0;
            }

            isInterrupted = false;
            var family = new PolynomialFamily(_number, _factorBase, _relations.Families[^1]);
            if (_state.NextPolynomial >= family.Count)
                continue;
            foreach (var _ in StartFamily(family))
                yield return Part();
            while (true)
            {
                SievePolynomial(finder, family, _state.NextPolynomial++);
                yield return Part();
                if (_state.NextPolynomial >= family.Count || _relations.Cycles >= _state.Wanted)
                    break;
                Move(family);
            }
        }
    }

    // Primes of a have other roots than the table says: they count nothing in the sieve.
    private IEnumerable<bool> StartFamily(PolynomialFamily family)
    {
        foreach (var piece in _roots.Start(family, _state.NextPolynomial))
            yield return piece;
        TakeLogs(family);
        _buckets.Fill(_roots.Columns, false);
    }

    private void TakeLogs(PolynomialFamily family)
    {
        new ReadOnlySpan<byte>(_factorBase.Logs, _factorBase.Count).CopyTo(_logs.Span);
        foreach (var factor in family.Factors)
            _logs.Pointer[factor] = 0;
    }

    private void Move(PolynomialFamily family)
    {
        var step = BitOperations.TrailingZeroCount(_state.NextPolynomial);

        // b falls where the step becomes negative, so the roots (r - b) / 2a rise.
        var isBackward = !PolynomialFamily.IsNegative(_state.NextPolynomial, step);
        _lanes.Advance(_roots.Step(step), 0, _buckets.Start, isBackward);
        _buckets.Fill(_roots.Step(step), isBackward);
    }

    private void SievePolynomial(RelationFinder finder, PolynomialFamily family, int polynomial)
    {
        finder.Begin(family, polynomial);
        _blocks.Begin(_roots);
        for (var block = 0; block < _setup.Blocks; block++)
        {
            _blocks.SieveNext(_setup.Initial, _logs.Pointer);
            _buckets.Empty(block, _blocks.Values);
            finder.Scan(block, _blocks.Values, _setup.Initial);
        }
    }
}
