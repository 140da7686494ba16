using System.Runtime.CompilerServices;

namespace Turnstile.Numerics;

/// <summary>A point on a Montgomery curve without its y coordinate.</summary>
internal struct CurvePoint<T>
    where T : unmanaged
{
    public T X;
    public T Z;
}

/// <summary>
/// What a <see cref="WordCurve{TRing, T}"/> works on. It belongs at a cache line's boundary, which the stack does not
/// offer by itself: vectors that straddle two lines cost almost twice the time.
/// </summary>
internal struct CurveMemory<TRing, T>
    where TRing : unmanaged
    where T : unmanaged
{
    /// <summary>Baby steps that follow in memory, each as a point and the product of its coordinates.</summary>
    public const int BabiesMax = 48;

    public TRing Ring;
    public CurvePoint<T> A;
    public CurvePoint<T> B;
    public CurvePoint<T> C;
    public CurvePoint<T> D;
    public CurvePoint<T> E;

    // (A + 2) / 4 as a fraction, which saves an inversion for each curve.
    public T Numerator;
    public T Denominator;

    /// <summary>Bytes to set aside, with what aligning them takes.</summary>
    public static unsafe int Bytes => sizeof(CurveMemory<TRing, T>) + (BabiesMax * 3 * sizeof(T)) + 64;

    /// <summary>The first place from a pointer on that is aligned.</summary>
    public static unsafe CurveMemory<TRing, T>* Align(byte* memory) =>
        (CurveMemory<TRing, T>*)(((nuint)memory + 63) & ~(nuint)63);
}

/// <summary>
/// One elliptic curve modulo a number of one or two words, or eight in lanes, and the search for a factor on it
/// (H. W. Lenstra, "Factoring integers with elliptic curves", 1987; curves by H. Suyama, 1985; P. L. Montgomery,
/// "Speeding the Pollard and elliptic curve methods of factorization", 1987).
/// </summary>
/// <param name="m">Memory that stays where it is, its ring set.</param>
internal readonly unsafe struct WordCurve<TRing, T>(CurveMemory<TRing, T>* m)
    where TRing : unmanaged, IWordRing<T>
    where T : unmanaged, IEquatable<T>
{
    private readonly CurveMemory<TRing, T>* _m = m;

    /// <summary>Tries one curve. Gives 1 or the number itself where it fails.</summary>
    /// <param name="sigma">Suyama's parameter, above 5.</param>
    /// <param name="chain">The first stage.</param>
    /// <param name="pairs">The second stage.</param>
    public UInt128 FindDivisor(ulong sigma, LucasChain chain, PrimePairs pairs)
    {
        Begin(sigma);
        foreach (var step in chain.Program)
            Run(step);
        var divisor = _m->Ring.CommonDivisor(_m->A.Z);
        return divisor != 1 ? divisor : _m->Ring.CommonDivisor(Continue(pairs));
    }

    private void Begin(ulong sigma)
    {
        var s = _m->Ring.Sequence(sigma);

        // Lanes reduce products only, and subtract nothing but those.
        var u = _m->Ring.Multiply(_m->Ring.One, _m->Ring.Subtract(_m->Ring.Multiply(s, s), _m->Ring.From(5)));
        var v = _m->Ring.Multiply(s, _m->Ring.From(4));
        var u3 = _m->Ring.Multiply(_m->Ring.Multiply(u, u), u);
        var difference = _m->Ring.Subtract(v, u);
        var cube = _m->Ring.Multiply(_m->Ring.Multiply(difference, difference), difference);
        _m->Numerator = _m->Ring.Multiply(cube, _m->Ring.Add(_m->Ring.Add(u, _m->Ring.Add(u, u)), v));
        _m->Denominator = _m->Ring.Multiply(_m->Ring.Multiply(u3, v), _m->Ring.From(16));
        _m->A.X = u3;
        _m->A.Z = _m->Ring.Multiply(_m->Ring.Multiply(v, v), v);
        _m->B = _m->C = _m->A;
    }

    private void Run(byte step)
    {
        switch (step)
        {
            case LucasChain.Swap:
                (_m->A, _m->B) = (_m->B, _m->A);
                break;
            case 1:
                Add(_m->A, _m->B, _m->C, out _m->D);
                Add(_m->D, _m->A, _m->B, out _m->E);
                Add(_m->B, _m->D, _m->A, out _m->B);
                _m->A = _m->E;
                break;
            case 2 or 4:
                Add(_m->A, _m->B, _m->C, out _m->B);
                Twice(_m->A, out _m->A);
                break;
            case 3:
                Add(_m->A, _m->B, _m->C, out _m->D);
                _m->C = _m->B;
                _m->B = _m->D;
                break;
            case 5:
                Add(_m->C, _m->A, _m->B, out _m->C);
                Twice(_m->A, out _m->A);
                break;
            case 6:
                Twice(_m->A, out _m->D);
                Add(_m->A, _m->B, _m->C, out _m->E);
                Add(_m->D, _m->A, _m->A, out _m->A);
                Add(_m->D, _m->E, _m->C, out _m->D);
                _m->C = _m->B;
                _m->B = _m->D;
                break;
            case 7:
                Add(_m->A, _m->B, _m->C, out _m->D);
                Add(_m->D, _m->A, _m->B, out _m->B);
                Twice(_m->A, out _m->D);
                Add(_m->A, _m->D, _m->A, out _m->A);
                break;
            case 8:
                Add(_m->A, _m->B, _m->C, out _m->D);
                Add(_m->C, _m->A, _m->B, out _m->C);
                _m->B = _m->D;
                Twice(_m->A, out _m->D);
                Add(_m->A, _m->D, _m->A, out _m->A);
                break;
            case 9:
                Add(_m->C, _m->B, _m->A, out _m->C);
                Twice(_m->B, out _m->B);
                break;
            case LucasChain.Begin:
                _m->B = _m->C = _m->A;
                Twice(_m->A, out _m->A);
                break;
            case LucasChain.End:
                Add(_m->A, _m->B, _m->C, out _m->A);
                break;
            default:
                Twice(_m->A, out _m->A);
                break;
        }
    }

    // The product of X(g) Z(b) - X(b) Z(g) over all pairs of a giant and a baby step.
    private T Continue(PrimePairs pairs)
    {
        var babies = (CurvePoint<T>*)(_m + 1);
        var products = (T*)(babies + CurveMemory<TRing, T>.BabiesMax);
        MultiplyOutBabies(pairs, babies, out var giantStep);
        for (var i = 0; i < pairs.Babies.Length; i++)
            products[i] = _m->Ring.Multiply(babies[i].X, babies[i].Z);
        Multiple(giantStep, pairs.First + 1, out var next, out var giant);
        var product = _m->Ring.One;
        foreach (var step in pairs.Steps)
        {
            var own = _m->Ring.Multiply(giant.X, giant.Z);
            foreach (var baby in step)
            {
                var cross = _m->Ring.Multiply(
                    _m->Ring.Subtract(giant.X, babies[baby].X), _m->Ring.Add(giant.Z, babies[baby].Z));
                product = _m->Ring.Multiply(product, _m->Ring.Add(_m->Ring.Subtract(cross, own), products[baby]));
            }

            Add(next, giantStep, giant, out var after);
            giant = next;
            next = after;
        }

        return product;
    }

    // Multiples 1, 5, 7, 11, … of the point, by steps of six, and the wheel's multiple.
    private void MultiplyOutBabies(PrimePairs pairs, CurvePoint<T>* babies, out CurvePoint<T> giantStep)
    {
        Twice(_m->A, out var two);
        Add(two, _m->A, _m->A, out var three);
        Twice(three, out var six);
        Add(three, two, _m->A, out var five);
        Add(six, _m->A, five, out var seven);
        CurvePoint<T> low1 = _m->A, low5 = five, high1 = seven, high5;
        Add(five, six, _m->A, out high5);
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
    private void Multiple(in CurvePoint<T> point, int k, out CurvePoint<T> result, out CurvePoint<T> before)
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
    private void Add(in CurvePoint<T> a, in CurvePoint<T> b, in CurvePoint<T> difference, out CurvePoint<T> sum)
    {
        var u = _m->Ring.Multiply(_m->Ring.Subtract(a.X, a.Z), _m->Ring.Add(b.X, b.Z));
        var v = _m->Ring.Multiply(_m->Ring.Add(a.X, a.Z), _m->Ring.Subtract(b.X, b.Z));
        var plus = _m->Ring.Add(u, v);
        var minus = _m->Ring.Subtract(u, v);
        var x = _m->Ring.Multiply(difference.Z, _m->Ring.Multiply(plus, plus));
        sum.Z = _m->Ring.Multiply(difference.X, _m->Ring.Multiply(minus, minus));
        sum.X = x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Twice(in CurvePoint<T> a, out CurvePoint<T> twice)
    {
        var plus = _m->Ring.Add(a.X, a.Z);
        var minus = _m->Ring.Subtract(a.X, a.Z);
        var s = _m->Ring.Multiply(plus, plus);
        var d = _m->Ring.Multiply(minus, minus);
        var t = _m->Ring.Subtract(s, d);
        var scaled = _m->Ring.Multiply(d, _m->Denominator);
        twice.X = _m->Ring.Multiply(s, scaled);
        twice.Z = _m->Ring.Multiply(t, _m->Ring.Add(scaled, _m->Ring.Multiply(_m->Numerator, t)));
    }
}
