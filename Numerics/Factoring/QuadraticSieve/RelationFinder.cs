namespace Turnstile.Numerics;

/// <summary>
/// Looks at the places a sieved block points out: computes the value, divides it by the primes whose roots match, and
/// keeps what leaves at most the allowed large primes.
/// </summary>
internal sealed unsafe class RelationFinder
{
    private const int FactorsMax = 400;

    // Places of one block that are looked at; only a sieve set up wrongly has more.
    private const int PlacesMax = 4096;

    // Rounding of logarithms: how many bits short of smooth a value may seem.
    private const int RoundingBits = 6;

    private readonly FactorBase _factorBase;
    private readonly SieveRoots _roots;
    private readonly BucketSieve _buckets;
    private readonly Relations _relations;
    private readonly SieveValue _value;
    private readonly int _sievedStart;
    private readonly int _halfInterval;
    private readonly int _blockLength;
    private readonly int[] _factors = new int[FactorsMax];
    private readonly int[] _matches;
    private readonly int[] _places = new int[PlacesMax];
    private readonly SieveLanes _lanes;
    private readonly ulong _largePrimeMax;
    private readonly ulong _doubleMin;
    private readonly ulong _doubleMax;
    private readonly double _restBitsMax;
    private PolynomialFamily? _family;
    private int _polynomial;
    private int _count;

    public RelationFinder(
        SieveSetup setup,
        SieveLanes lanes,
        FactorBase factorBase,
        SieveRoots roots,
        BucketSieve buckets,
        Relations relations)
    {
        _factorBase = factorBase;
        _roots = roots;
        _buckets = buckets;
        _relations = relations;
        _lanes = lanes;
        _matches = new int[Math.Max(buckets.Start, FactorsMax)];
        _value = new(setup.ValueBits + 2);
        _sievedStart = setup.FirstSieved;
        _halfInterval = setup.HalfInterval;
        _blockLength = setup.BlockLength;
        _largePrimeMax = setup.LargePrimeMax;
        _doubleMin = (ulong)factorBase.Largest * factorBase.Largest;
        _doubleMax = setup.DoubleMax;
        _restBitsMax = setup.ToleratedBits + RoundingBits;
    }

    /// <summary>Begins a polynomial.</summary>
    public void Begin(PolynomialFamily family, int polynomial)
    {
        _family = family;
        _polynomial = polynomial;
        var b = family.B(polynomial);
        _value.SetPolynomial(family.A, b, family.C(b));
    }

    /// <summary>Looks at every place of a block whose byte has its highest bit set.</summary>
    public void Scan(int block, byte* values, byte initial)
    {
        fixed (int* places = _places)
        {
            var count = _lanes.FindMarked(values, _blockLength, places, PlacesMax);
            for (var i = 0; i < count; i++)
                Test(block, (uint)places[i], (byte)(initial - values[places[i]]));
        }
    }

    private void Test(int block, uint place, int sievedBits)
    {
        var position = ((uint)block << BlockSieve.BlockBits) + place;
        _value.Compute((int)position - _halfInterval);
        _count = 0;
        Divided(0, _value.DivideByTwos());
        var middle = (_sievedStart + SieveLanes.Width - 1) / SieveLanes.Width * SieveLanes.Width;
        sievedBits -= DivideMatches(0, middle, position);
        if (_value.BitLength - sievedBits > _restBitsMax)
            return;
        DivideMatches(middle, _buckets.Start, position);
        foreach (var factor in _family!.Factors)
            Divide(factor);
        var hits = _buckets.Collect(block, place, _matches);
        for (var i = 0; i < hits; i++)
            Divide(_matches[i]);
        Keep((int)position - _halfInterval);
    }

    // Returns the logarithms of those among the primes that were sieved with.
    private int DivideMatches(int from, int to, uint position)
    {
        var sieved = 0;
        fixed (int* matches = _matches)
        {
            var count = _lanes.Match(_roots.Columns, _factorBase.Reciprocals, from, to, position, matches);
            for (var i = 0; i < count; i++)
            {
                if (matches[i] == 0)
                    continue;
                Divide(matches[i]);
                sieved += matches[i] >= _sievedStart ? _factorBase.Logs[matches[i]] : 0;
            }
        }

        return sieved;
    }

    private void Divide(int index)
    {
        while (_count < FactorsMax && _value.TryDivide(_factorBase.Primes[index], _factorBase.Inverses[index]))
            Insert(index);
    }

    private void Divided(int index, int times)
    {
        while (times-- > 0 && _count < FactorsMax)
            _factors[_count++] = index;
    }

    private void Keep(int x)
    {
        if (!_value.IsWord || _count + _family!.Factors.Length > FactorsMax)
            return;
        var rest = _value.Word;
        ulong smaller = 1;
        if (rest > _largePrimeMax)
        {
            if (rest < _doubleMin || rest > _doubleMax || IsProbablePrime(rest))
                return;
            smaller = (ulong)WordFactors.Divisor(rest);
            rest /= smaller;
            if (smaller > rest)
                (smaller, rest) = (rest, smaller);
            if (rest > _largePrimeMax)
                return;
        }

        foreach (var factor in _family.Factors)
            Insert(factor);
        _relations.Add(
            new(_relations.Families.Count - 1, _polynomial, x, _value.IsNegative, (uint)smaller, (uint)rest),
            _factors.AsSpan(0, _count));
    }

    // Keeps the factors in order: they come nearly so.
    private void Insert(int factor)
    {
        var place = _count++;
        for (; place > 0 && _factors[place - 1] > factor; place--)
            _factors[place] = _factors[place - 1];
        _factors[place] = factor;
    }

    private static bool IsProbablePrime(ulong number)
    {
        var ring = new Montgomery64(number);
        return MillerRabin.Passes(ring, number, ring.From(2));
    }
}
