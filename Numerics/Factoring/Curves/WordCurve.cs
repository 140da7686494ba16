using System.Runtime.CompilerServices;

namespace Turnstile.Numerics;

/// <summary>A point on a Montgomery curve without its y coordinate.</summary>
internal struct CurvePoint<T>
{
    public T X;
    public T Z;
}

/// <summary>
/// One elliptic curve modulo a number of one or two words, and the search for a factor on it (H. W. Lenstra, "Factoring integers
/// with elliptic curves", 1987; curves by H. Suyama, 1985; P. L. Montgomery, "Speeding the Pollard and elliptic curve
/// methods of factorization", 1987).
/// </summary>
internal struct WordCurve<TRing, T>
    where TRing : struct, IWordRing<T>
    where T : unmanaged, IEquatable<T>
{
    private const int BabiesMax = 64;

    private readonly TRing _ring;
    private CurvePoint<T> _a;
    private CurvePoint<T> _b;
    private CurvePoint<T> _c;

    // (A + 2) / 4 as a fraction, which saves an inversion for each curve.
    private T _numerator;
    private T _denominator;

    public WordCurve(TRing ring)
    {
        _ring = ring;
    }

    /// <summary>Tries one curve. Gives 1 or the number itself where it fails.</summary>
    /// <param name="sigma">Suyama's parameter, above 5.</param>
    /// <param name="chain">The first stage.</param>
    /// <param name="pairs">The second stage.</param>
    public UInt128 FindDivisor(ulong sigma, LucasChain chain, PrimePairs pairs)
    {
        Begin(sigma);
        foreach (var step in chain.Program)
            Run(step);
        var divisor = _ring.CommonDivisor(_a.Z);
        return divisor != 1 ? divisor : _ring.CommonDivisor(Continue(pairs));
    }

    private void Begin(ulong sigma)
    {
        var s = _ring.Sequence(sigma);

        // Lanes reduce products only, and subtract nothing but those.
        var u = _ring.Multiply(_ring.One, _ring.Subtract(_ring.Multiply(s, s), _ring.From(5)));
        var v = _ring.Multiply(s, _ring.From(4));
        var u3 = _ring.Multiply(_ring.Multiply(u, u), u);
        var difference = _ring.Subtract(v, u);
        var cube = _ring.Multiply(_ring.Multiply(difference, difference), difference);
        _numerator = _ring.Multiply(cube, _ring.Add(_ring.Add(u, _ring.Add(u, u)), v));
        _denominator = _ring.Multiply(_ring.Multiply(u3, v), _ring.From(16));
        _a.X = u3;
        _a.Z = _ring.Multiply(_ring.Multiply(v, v), v);
        _b = _c = _a;
    }

    private void Run(byte step)
    {
        CurvePoint<T> t, u;
        switch (step)
        {
            case LucasChain.Swap:
                (_a, _b) = (_b, _a);
                break;
            case 1:
                Add(_a, _b, _c, out t);
                Add(t, _a, _b, out u);
                Add(_b, t, _a, out _b);
                _a = u;
                break;
            case 2 or 4:
                Add(_a, _b, _c, out _b);
                Twice(_a, out _a);
                break;
            case 3:
                Add(_a, _b, _c, out t);
                _c = _b;
                _b = t;
                break;
            case 5:
                Add(_c, _a, _b, out _c);
                Twice(_a, out _a);
                break;
            case 6:
                Twice(_a, out t);
                Add(_a, _b, _c, out u);
                Add(t, _a, _a, out _a);
                Add(t, u, _c, out t);
                _c = _b;
                _b = t;
                break;
            case 7:
                Add(_a, _b, _c, out t);
                Add(t, _a, _b, out _b);
                Twice(_a, out t);
                Add(_a, t, _a, out _a);
                break;
            case 8:
                Add(_a, _b, _c, out t);
                Add(_c, _a, _b, out _c);
                _b = t;
                Twice(_a, out t);
                Add(_a, t, _a, out _a);
                break;
            case 9:
                Add(_c, _b, _a, out _c);
                Twice(_b, out _b);
                break;
            case LucasChain.Begin:
                _b = _c = _a;
                Twice(_a, out _a);
                break;
            case LucasChain.End:
                Add(_a, _b, _c, out _a);
                break;
            default:
                Twice(_a, out _a);
                break;
        }
    }

    // The product of X(g) Z(b) - X(b) Z(g) over all pairs of a giant and a baby step.
    [SkipLocalsInit]
    private readonly unsafe T Continue(PrimePairs pairs)
    {
        var babies = stackalloc CurvePoint<T>[BabiesMax];
        var products = stackalloc T[BabiesMax];
        MultiplyOutBabies(pairs, babies, out var giantStep);
        for (var i = 0; i < pairs.Babies.Length; i++)
            products[i] = _ring.Multiply(babies[i].X, babies[i].Z);
        Multiple(giantStep, pairs.First + 1, out var next, out var giant);
        var product = _ring.One;
        foreach (var step in pairs.Steps)
        {
            var own = _ring.Multiply(giant.X, giant.Z);
            foreach (var baby in step)
            {
                var cross = _ring.Multiply(
                    _ring.Subtract(giant.X, babies[baby].X), _ring.Add(giant.Z, babies[baby].Z));
                product = _ring.Multiply(product, _ring.Add(_ring.Subtract(cross, own), products[baby]));
            }

            Add(next, giantStep, giant, out var after);
            giant = next;
            next = after;
        }

        return product;
    }

    // Multiples 1, 5, 7, 11, … of the point, by steps of six, and the wheel's multiple.
    private readonly unsafe void MultiplyOutBabies(PrimePairs pairs, CurvePoint<T>* babies, out CurvePoint<T> giantStep)
    {
        Twice(_a, out var two);
        Add(two, _a, _a, out var three);
        Twice(three, out var six);
        Add(three, two, _a, out var five);
        Add(six, _a, five, out var seven);
        CurvePoint<T> low1 = _a, low5 = five, high1 = seven, high5;
        Add(five, six, _a, out high5);
        giantStep = six;
        var place = 0;
        for (var six1 = 1; six1 < pairs.Wheel / 2; six1 += 6)
        {
            if (place < pairs.Babies.Length && pairs.Babies[place] == six1)
                babies[place++] = low1;
            if (place < pairs.Babies.Length && pairs.Babies[place] == six1 + 4)
                babies[place++] = low5;
            Add(high1, six, low1, out var next1);
            Add(high5, six, low5, out var next5);
            (low1, high1, low5, high5) = (high1, next1, high5, next5);
        }

        Multiple(six, pairs.Wheel / 6, out giantStep, out _);
    }

    // k, at least 2, and k - 1 times a point, by Montgomery's ladder.
    private readonly void Multiple(in CurvePoint<T> point, int k, out CurvePoint<T> result, out CurvePoint<T> before)
    {
        var low = point;
        Twice(point, out var high);
        var bit = 1 << (30 - System.Numerics.BitOperations.LeadingZeroCount((uint)k - 1));
        for (; bit > 0; bit >>= 1)
        {
            Add(low, high, point, out var middle);
            if (((k - 1) & bit) != 0)
            {
                low = middle;
                Twice(high, out high);
            }
            else
            {
                high = middle;
                Twice(low, out low);
            }
        }

        (result, before) = (high, low);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Add(in CurvePoint<T> a, in CurvePoint<T> b, in CurvePoint<T> difference, out CurvePoint<T> sum)
    {
        var u = _ring.Multiply(_ring.Subtract(a.X, a.Z), _ring.Add(b.X, b.Z));
        var v = _ring.Multiply(_ring.Add(a.X, a.Z), _ring.Subtract(b.X, b.Z));
        var plus = _ring.Add(u, v);
        var minus = _ring.Subtract(u, v);
        var x = _ring.Multiply(difference.Z, _ring.Multiply(plus, plus));
        sum.Z = _ring.Multiply(difference.X, _ring.Multiply(minus, minus));
        sum.X = x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Twice(in CurvePoint<T> a, out CurvePoint<T> twice)
    {
        var plus = _ring.Add(a.X, a.Z);
        var minus = _ring.Subtract(a.X, a.Z);
        var s = _ring.Multiply(plus, plus);
        var d = _ring.Multiply(minus, minus);
        var t = _ring.Subtract(s, d);
        var scaled = _ring.Multiply(d, _denominator);
        twice.X = _ring.Multiply(s, scaled);
        twice.Z = _ring.Multiply(t, _ring.Add(scaled, _ring.Multiply(_numerator, t)));
    }
}
