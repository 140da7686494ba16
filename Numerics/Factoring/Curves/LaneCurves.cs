using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// Eight elliptic curves at once modulo a number of any size (H. W. Lenstra, "Factoring integers with elliptic
/// curves", 1987; curves by H. Suyama, 1985; P. L. Montgomery, "Speeding the Pollard and elliptic curve methods of
/// factorization", 1987).
/// </summary>
internal sealed unsafe class LaneCurves : IDisposable
{
    // Points A, B, C, two to calculate with, two for the second stage's giant steps, their difference; then single
    // elements.
    private const int PointsCount = 12;
    private const int ElementsCount = 10;

    // Multiplications of one limb in a piece: some hundred microseconds' worth.
    private const int PieceProducts = 100_000;

    private readonly LaneRing _ring;
    private readonly AlignedArray<long> _memory;
    private readonly long* _free;
    private readonly long* _elements;
    private readonly int _stepsInPiece;
    private AlignedArray<long>? _babies;
    private Point _a;
    private Point _b;
    private Point _c;
    private Point _t;
    private Point _u;

    public LaneCurves(BigInteger number)
    {
        _ring = new(number);
        var words = _ring.Words;
        _memory = new(((2 * PointsCount) + ElementsCount) * words);
        _elements = _memory.Pointer;
        _free = _memory.Pointer + (ElementsCount * words);
        (_a, _b, _c, _t, _u) = (At(0), At(1), At(2), At(3), At(4));
        _stepsInPiece = Math.Max(1, PieceProducts / (12 * _ring.Limbs52 * _ring.Limbs52));
    }

    /// <summary>A proper divisor, if <see cref="Work"/> found one.</summary>
    public BigInteger? Divisor { get; private set; }

    /// <summary>Tries the eight curves from <paramref name="sigma"/>, above 5, on, in pieces.</summary>
    public IEnumerable<bool> Work(int sigma, LucasChain chain, PrimePairs pairs)
    {
        Divisor = null;
        foreach (var piece in Begin(sigma))
            yield return piece;
        for (var i = 0; i < chain.Program.Length; i++)
        {
            Run(chain.Program[i]);
            if ((i + 1) % _stepsInPiece == 0)
                yield return true;
        }

        foreach (var piece in TakeDivisor(isProduct: false))
            yield return piece;
        if (Divisor is not null)
            yield break;
        foreach (var piece in Continue(pairs))
            yield return piece;
        foreach (var piece in TakeDivisor(isProduct: true))
            yield return piece;
    }

    public void Dispose()
    {
        _memory.Dispose();
        _babies?.Dispose();
    }

    private const int Product = 0;
    private const int Numerator = 1;
    private const int Own = 2;
    private const int V = 3;
    private const int W = 4;
    private const int Cross = 5;

    private long* Element(int index) => _elements + (index * _ring.Words);

    private Point At(int index) => new(_free + (2 * index * _ring.Words), _free + (((2 * index) + 1) * _ring.Words));

    // (A + 2) / 4 = (v - u)³ (3u + v) / (16 u³ v) with u = s² - 5, v = 4s; the point is (u³, v³). In pieces.
    private IEnumerable<bool> Begin(int sigma)
    {
        for (var lane = 0; lane < LaneRing.Lanes; lane++)
        {
            BigInteger s = sigma + lane;
            var (u, v) = ((s * s) - 5, 4 * s);
            var denominator = 16 * u * u * u * v;
            var inverse = ModularInverse(denominator % _ring.Modulus, _ring.Modulus);
            yield return true;
            Set(Numerator, lane, BigInteger.Pow(v - u, 3) * ((3 * u) + v) * inverse);
            yield return true;
            SetPoint(lane, u * u * u, v * v * v);
            yield return true;
            Set(Product, lane, BigInteger.One);
        }
    }

    private void Set(int element, int lane, BigInteger number) => _ring.Set(Element(element), lane, number);

    private void SetPoint(int lane, BigInteger x, BigInteger z)
    {
        _ring.Set(_a.X, lane, x);
        _ring.Set(_a.Z, lane, z);
    }

    // 1 where there is no inverse, which means a divisor of the number so small that it would have been found before.
    private static BigInteger ModularInverse(BigInteger value, BigInteger modulus)
    {
        var (a, b, u, v) = (modulus, value, BigInteger.Zero, BigInteger.One);
        while (!b.IsZero)
        {
            var (quotient, remainder) = BigInteger.DivRem(a, b);
            (a, b) = (b, remainder);
            (u, v) = (v, u - (quotient * v));
        }

        return a.IsOne ? u : BigInteger.One;
    }

    // One lane after the other, so that lanes whose curves found different factors do not hide each other's. In pieces: a common
    // divisor of ten thousand digits takes milliseconds.
    private IEnumerable<bool> TakeDivisor(bool isProduct)
    {
        var all = BigInteger.One;
        for (var lane = 0; lane < LaneRing.Lanes; lane++)
        {
            all = all * Raw(isProduct, lane) % _ring.Modulus;
            yield return true;
        }

        if (BigInteger.GreatestCommonDivisor(all, _ring.Modulus).IsOne)
            yield break;
        for (var lane = 0; lane < LaneRing.Lanes && Divisor is null; lane++)
        {
            yield return true;
            var divisor = BigInteger.GreatestCommonDivisor(Raw(isProduct, lane), _ring.Modulus);
            if (!divisor.IsOne && divisor != _ring.Modulus)
                Divisor = divisor;
        }
    }

    private BigInteger Raw(bool isProduct, int lane) => _ring.Raw(isProduct ? Element(Product) : _a.Z, lane);

    private void Run(byte step)
    {
        switch (step)
        {
            case LucasChain.Swap:
                (_a, _b) = (_b, _a);
                break;
            case 1:
                Add(_a, _b, _c, _t);
                Add(_t, _a, _b, _u);
                Add(_b, _t, _a, _b);
                (_a, _u) = (_u, _a);
                break;
            case 2 or 4:
                Add(_a, _b, _c, _b);
                Twice(_a, _a);
                break;
            case 3:
                Add(_a, _b, _c, _t);
                (_c, _b, _t) = (_b, _t, _c);
                break;
            case 5:
                Add(_c, _a, _b, _c);
                Twice(_a, _a);
                break;
            case 6:
                Twice(_a, _t);
                Add(_a, _b, _c, _u);
                Add(_t, _a, _a, _a);
                Add(_t, _u, _c, _t);
                (_c, _b, _t) = (_b, _t, _c);
                break;
            case 7:
                Add(_a, _b, _c, _t);
                Add(_t, _a, _b, _b);
                Twice(_a, _t);
                Add(_a, _t, _a, _a);
                break;
            case 8:
                Add(_a, _b, _c, _t);
                Add(_c, _a, _b, _c);
                (_b, _t) = (_t, _b);
                Twice(_a, _t);
                Add(_a, _t, _a, _a);
                break;
            case 9:
                Add(_c, _b, _a, _c);
                Twice(_b, _b);
                break;
            case LucasChain.Begin:
                Copy(_a, _b);
                Copy(_a, _c);
                Twice(_a, _a);
                break;
            case LucasChain.End:
                Add(_a, _b, _c, _a);
                break;
            default:
                Twice(_a, _a);
                break;
        }
    }

    // The product of X(g) Z(b) - X(b) Z(g) over all pairs of a giant and a baby step.
    private IEnumerable<bool> Continue(PrimePairs pairs)
    {
        foreach (var piece in MultiplyOutBabies(pairs))
            yield return piece;
        yield return true;
        var (step, giant, next) = (At(5), At(6), At(7));
        foreach (var piece in Multiple(step, pairs.First + 1, next, giant))
            yield return piece;
        var done = 0;
        foreach (var babies in pairs.Steps)
        {
            Pair(giant, babies);
            Add(next, step, giant, giant);
            (giant, next) = (next, giant);
            done += babies.Length + 3;
            if (done < 6 * _stepsInPiece)
                continue;
            done = 0;
            yield return true;
        }
    }

    private void Pair(Point giant, byte[] babies)
    {
        var own = Element(Own);
        var cross = Element(Cross);
        var sum = Element(V);
        var product = Element(Product);
        _ring.Multiply(giant.X, giant.Z, own);
        foreach (var baby in babies)
        {
            var x = Baby(baby);
            _ring.Subtract(giant.X, x, cross);
            _ring.Add(giant.Z, x + _ring.Words, sum);
            _ring.Multiply(cross, sum, cross);
            _ring.Subtract(cross, own, cross);

            // Below four times the modulus, and with the last term still below what a multiplication takes.
            _ring.Add(cross, x + (2 * _ring.Words), cross);
            _ring.Multiply(product, cross, product);
        }
    }

    // X, then Z, then their product.
    private long* Baby(int index) => _babies!.Pointer + ((long)3 * index * _ring.Words);

    // Multiples 1, 5, 7, 11, … of the point, by steps of six, and the wheel's multiple. In pieces.
    private IEnumerable<bool> MultiplyOutBabies(PrimePairs pairs)
    {
        if (_babies is null || _babies.Length < 3 * pairs.Babies.Length * _ring.Words)
        {
            _babies?.Dispose();
            _babies = new(3 * pairs.Babies.Length * _ring.Words);
        }

        var (six, low1, high1, low5, high5) = (At(5), At(6), At(7), At(8), At(9));
        Twice(_a, _t);
        Add(_t, _a, _a, _u);
        Twice(_u, six);
        yield return true;
        Add(_u, _t, _a, low5);
        Copy(_a, low1);
        Add(six, _a, low5, high1);
        Add(low5, six, _a, high5);
        yield return true;
        var place = 0;
        var steps = 0;
        for (var number = 1; number < pairs.Wheel / 2; number += 6)
        {
            place = Keep(pairs, place, number, low1);
            place = Keep(pairs, place, number + 4, low5);
            Add(high1, six, low1, low1);
            Add(high5, six, low5, low5);
            (low1, high1, low5, high5) = (high1, low1, high5, low5);
            if (++steps % _stepsInPiece == 0)
                yield return true;
        }

        foreach (var piece in Multiple(six, pairs.Wheel / 6, At(10), At(11)))
            yield return piece;
        Copy(At(10), six);
    }

    private int Keep(PrimePairs pairs, int place, int number, Point point)
    {
        if (place == pairs.Babies.Length || pairs.Babies[place] != number)
            return place;
        var x = Baby(place);
        _ring.Copy(point.X, x);
        _ring.Copy(point.Z, x + _ring.Words);
        _ring.Multiply(point.X, point.Z, x + (2 * _ring.Words));
        return place + 1;
    }

    // k, at least 2, and k - 1 times a point, by Montgomery's ladder, in pieces.
    private IEnumerable<bool> Multiple(Point point, int k, Point result, Point before)
    {
        Copy(point, before);
        Twice(point, result);
        var steps = 0;
        for (var bit = 1 << (30 - BitOperations.LeadingZeroCount((uint)k - 1)); bit > 0; bit >>= 1)
        {
            Add(before, result, point, _t);
            if (((k - 1) & bit) != 0)
            {
                Twice(result, result);
                Copy(_t, before);
            }
            else
            {
                Twice(before, before);
                Copy(_t, result);
            }

            if (++steps % _stepsInPiece == 0)
                yield return true;
        }
    }

    private void Copy(Point from, Point to)
    {
        _ring.Copy(from.X, to.X);
        _ring.Copy(from.Z, to.Z);
    }

    // The sum may be one of the terms or the difference.
    private void Add(Point a, Point b, Point difference, Point sum)
    {
        var u = Element(Own);
        var v = Element(V);
        var w = Element(W);
        _ring.Subtract(a.X, a.Z, u);
        _ring.Add(b.X, b.Z, v);
        _ring.Multiply(u, v, u);
        _ring.Add(a.X, a.Z, v);
        _ring.Subtract(b.X, b.Z, w);
        _ring.Multiply(v, w, v);
        _ring.Add(u, v, w);
        _ring.Subtract(u, v, v);
        _ring.Multiply(w, w, w);
        _ring.Multiply(v, v, v);
        _ring.Multiply(difference.Z, w, w);
        _ring.Multiply(difference.X, v, sum.Z);
        _ring.Copy(w, sum.X);
    }

    private void Twice(Point a, Point twice)
    {
        var s = Element(Own);
        var d = Element(V);
        var t = Element(W);
        _ring.Add(a.X, a.Z, s);
        _ring.Subtract(a.X, a.Z, d);
        _ring.Multiply(s, s, s);
        _ring.Multiply(d, d, d);
        _ring.Subtract(s, d, t);
        _ring.Multiply(s, d, twice.X);
        _ring.Multiply(Element(Numerator), t, s);
        _ring.Add(s, d, s);
        _ring.Multiply(t, s, twice.Z);
    }

    private readonly unsafe struct Point(long* x, long* z)
    {
        public long* X { get; } = x;

        public long* Z { get; } = z;
    }
}
