using System.Numerics;
using System.Runtime.Intrinsics;

namespace Turnstile.Numerics;

/// <summary>
/// Cyclic convolution modulo a <see cref="TransformPrime"/> (J. M. Pollard, "The fast Fourier transform in a finite
/// field", 1971). A sequence of 8m coefficients, m being 2^k or 3 × 2^k, is taken as polynomials of degree 7 in x
/// whose coefficients are polynomials in y = x^8: the transform in y treats all lanes of a vector alike, and what is
/// left to multiply are polynomials modulo x^8 - c.
/// </summary>
internal sealed unsafe class NumberTheoreticTransform(TransformPrime prime)
{
    private const int Lanes = TransformPrime.Lanes;

    // Above so many vectors (64 KiB) the tree is walked depth first, so that what is below stays in the cache.
    private const int CachedVectors = 1 << 10;

    // Vectors (2 MiB) that are worked on in a piece: about a millisecond's worth. A multiple of four.
    private const int PieceVectors = 1 << 15;

    // Products that are computed together.
    private const int Batch = 16;

    private readonly TwiddleTable _forward = new(prime, isInverse: false);
    private readonly TwiddleTable _inverse = new(prime, isInverse: true);

    /// <summary>How many points are multiplied in a piece.</summary>
    public const int PointsInPiece = PieceVectors * Lanes / 4;

    /// <summary>The shortest length, in coefficients, that is not below <paramref name="count"/>.</summary>
    public static int Length(int count)
    {
        var power = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, 8 * Lanes));
        return power / 4 * 3 >= count ? power / 4 * 3 : power;
    }

    /// <summary>Transforms residues at most the prime in magnitude, in place.</summary>
    public void Forward(double* values, int length)
    {
        var vectors = length / Lanes;
        var thirds = BitOperations.IsPow2(vectors) ? 1 : 3;
        var size = vectors / thirds;
        if (thirds > 1)
            SplitInThree(values, size, size);
        for (var third = 0; third < thirds; third++)
            Split(values + (third * size * Lanes), size, 0, third);
    }

    /// <inheritdoc cref="Forward"/>
    public IEnumerable<bool> ForwardInPieces(AlignedArray<double> values, int length)
    {
        var vectors = length / Lanes;
        var thirds = BitOperations.IsPow2(vectors) ? 1 : 3;
        var size = vectors / thirds;
        foreach (var piece in _forward.Grow(size / 2))
            yield return piece;
        for (var from = 0; thirds > 1 && from < size; from += PieceVectors / 4)
        {
            unsafe
            {
                SplitInThree(At(values, from), size, Math.Min(PieceVectors / 4, size - from));
            }

            yield return true;
        }

        for (var third = 0; third < thirds; third++)
            foreach (var piece in Split(values, third * size, size, 0, third))
                yield return piece;
    }

    /// <summary>
    /// Multiplies those parts of transformed sequences that begin at <paramref name="from"/>, a multiple of <see
    /// cref="PointsInPiece"/>, and are at most so long: the first becomes the product.
    /// </summary>
    public void MultiplyPoints(AlignedArray<double> a, AlignedArray<double> b, int length, int from)
    {
        var vectors = length / Lanes;
        var thirds = BitOperations.IsPow2(vectors) ? 1 : 3;
        var size = vectors / thirds;
        for (var third = 0; third < thirds; third++)
        {
            // The last level is an odd one if the levels are an even number.
            var isEven = (BitOperations.Log2((uint)size) & 1) == 0;
            var roots = _forward.Factors(isEven ? third : 2 * third, size / 2);
            var start = third * size;
            var end = Math.Min(start + size, (from + PointsInPiece) / Lanes);
            for (var block = Math.Max(0, (from / Lanes) - start); block < end - start; block += Batch)
                MultiplyBatch(At(a, start), At(b, start), block, Math.Min(block + Batch, end - start), roots);
        }
    }

    /// <summary>The sequence that <see cref="Forward"/> makes these values of, times <see cref="Scale"/>.</summary>
    public void Inverse(double* values, int length)
    {
        var vectors = length / Lanes;
        var thirds = BitOperations.IsPow2(vectors) ? 1 : 3;
        var size = vectors / thirds;
        for (var third = 0; third < thirds; third++)
            Join(values + (third * size * Lanes), size, 0, third);
        if (thirds > 1)
            JoinThree(values, size, size);
    }

    /// <inheritdoc cref="Inverse"/>
    public IEnumerable<bool> InverseInPieces(AlignedArray<double> values, int length)
    {
        var vectors = length / Lanes;
        var thirds = BitOperations.IsPow2(vectors) ? 1 : 3;
        var size = vectors / thirds;
        foreach (var piece in _inverse.Grow(size / 2))
            yield return piece;
        for (var third = 0; third < thirds; third++)
            foreach (var piece in Join(values, third * size, size, 0, third))
                yield return piece;
        for (var from = 0; thirds > 1 && from < size; from += PieceVectors / 4)
        {
            unsafe
            {
                JoinThree(At(values, from), size, Math.Min(PieceVectors / 4, size - from));
            }

            yield return true;
        }
    }

    /// <summary>What <see cref="Inverse"/> leaves to divide by.</summary>
    public static int Scale(int length) => length / Lanes;

    private static double* At(AlignedArray<double> values, int vector) => values.Pointer + ((long)vector * Lanes);

    private IEnumerable<bool> Split(AlignedArray<double> values, int start, int size, int node, int third)
    {
        if (size <= PieceVectors)
        {
            unsafe
            {
                Split(At(values, start), size, node, third);
            }

            yield return true;
            yield break;
        }

        var quarter = size / 4;
        for (var from = 0; from < quarter; from += PieceVectors / 4)
        {
            unsafe
            {
                Split4(At(values, start + from), quarter, Math.Min(PieceVectors / 4, quarter - from), node, third, 1);
            }

            yield return true;
        }

        for (var i = 0; i < 4; i++)
            foreach (var piece in Split(values, start + (i * quarter), quarter, (4 * node) + i, third))
                yield return piece;
    }

    private void Split(double* values, int size, int node, int third)
    {
        if (size > CachedVectors)
        {
            var quarter = size / 4;
            Split4(values, quarter, quarter, node, third, 1);
            for (var i = 0; i < 4; i++)
                Split(values + (i * quarter * Lanes), quarter, (4 * node) + i, third);
            return;
        }

        var count = 1;
        for (; size >= 4; size /= 4, node *= 4, count *= 4)
            Split4(values, size / 4, size / 4, node, third, count);
        if (size == 2)
            Split2(values, node, third, count);
    }

    // Two levels: the first root splits the halves, two of the next level the quarters; as many vectors of each quarter
    // as are to be done.
    private void Split4(double* values, int quarter, int vectors, int node, int third, int count)
    {
        fixed (Twiddle* first = _forward.Factors(2 * third, node + count))
        fixed (Twiddle* second = _forward.Factors(third, 2 * (node + count)))
        {
            var field = prime;
            var step = quarter * Lanes;
            for (var i = node; i < node + count; i++, values += (4 * step) - (vectors * Lanes))
            {
                var (s, t, it) = (first[i], second[2 * i], second[(2 * i) + 1]);
                for (var end = values + (vectors * Lanes); values < end; values += Lanes)
                {
                    var x0 = field.Reduce(Vector512.Load(values));
                    var x1 = field.Reduce(Vector512.Load(values + step));
                    var x2 = field.Multiply(Vector512.Load(values + (2 * step)), s);
                    var x3 = field.Multiply(Vector512.Load(values + (3 * step)), s);
                    var y1 = field.Multiply(x1 + x3, t);
                    var y3 = field.Multiply(x1 - x3, it);
                    (x0 + x2 + y1).Store(values);
                    (x0 + x2 - y1).Store(values + step);
                    (x0 - x2 + y3).Store(values + (2 * step));
                    (x0 - x2 - y3).Store(values + (3 * step));
                }
            }
        }
    }

    private void Split2(double* values, int node, int third, int count)
    {
        var roots = _forward.Factors(2 * third, node + count);
        for (var i = node; i < node + count; i++, values += 2 * Lanes)
        {
            var low = prime.Reduce(Vector512.Load(values));
            var high = prime.Multiply(Vector512.Load(values + Lanes), roots[i]);
            (low + high).Store(values);
            (low - high).Store(values + Lanes);
        }
    }

    private void SplitInThree(double* values, int size, int vectors)
    {
        var root = _forward.Third;
        var step = size * Lanes;
        for (var end = values + (vectors * Lanes); values < end; values += Lanes)
        {
            var x0 = Vector512.Load(values);
            var x1 = Vector512.Load(values + step);
            var x2 = Vector512.Load(values + (2 * step));
            var turned = prime.Multiply(x1 - x2, root);
            (x0 + x1 + x2).Store(values);
            (x0 - x2 + turned).Store(values + step);
            (x0 - x1 - turned).Store(values + (2 * step));
        }
    }

    private IEnumerable<bool> Join(AlignedArray<double> values, int start, int size, int node, int third)
    {
        if (size <= PieceVectors)
        {
            unsafe
            {
                Join(At(values, start), size, node, third);
            }

            yield return true;
            yield break;
        }

        var quarter = size / 4;
        for (var i = 0; i < 4; i++)
            foreach (var piece in Join(values, start + (i * quarter), quarter, (4 * node) + i, third))
                yield return piece;
        for (var from = 0; from < quarter; from += PieceVectors / 4)
        {
            unsafe
            {
                Join4(At(values, start + from), quarter, Math.Min(PieceVectors / 4, quarter - from), node, third, 1);
            }

            yield return true;
        }
    }

    private void Join(double* values, int size, int node, int third)
    {
        if (size > CachedVectors)
        {
            var quarter = size / 4;
            for (var i = 0; i < 4; i++)
                Join(values + (i * quarter * Lanes), quarter, (4 * node) + i, third);
            Join4(values, quarter, quarter, node, third, 1);
            return;
        }

        var isOdd = (BitOperations.Log2((uint)size) & 1) != 0;
        var small = isOdd ? 2 : 1;
        if (isOdd)
            Join2(values, node * (size / 2), third, size / 2);
        for (; small < size; small *= 4)
        {
            var count = size / small / 4;
            Join4(values, small, small, node * count, third, count);
        }
    }

    private void Join4(double* values, int quarter, int vectors, int node, int third, int count)
    {
        fixed (Twiddle* first = _inverse.Factors(2 * third, node + count))
        fixed (Twiddle* second = _inverse.Factors(third, 2 * (node + count)))
        {
            var field = prime;
            var step = quarter * Lanes;
            for (var i = node; i < node + count; i++, values += (4 * step) - (vectors * Lanes))
            {
                var (s, t, it) = (first[i], second[2 * i], second[(2 * i) + 1]);
                for (var end = values + (vectors * Lanes); values < end; values += Lanes)
                {
                    var y0 = Vector512.Load(values);
                    var y1 = Vector512.Load(values + step);
                    var y2 = Vector512.Load(values + (2 * step));
                    var y3 = Vector512.Load(values + (3 * step));
                    var x1 = field.Multiply(y0 - y1, t);
                    var x3 = field.Multiply(y2 - y3, it);
                    var low = y0 + y1;
                    var high = y2 + y3;
                    field.Reduce(low + high).Store(values);
                    field.Reduce(x1 + x3).Store(values + step);
                    field.Multiply(low - high, s).Store(values + (2 * step));
                    field.Multiply(x1 - x3, s).Store(values + (3 * step));
                }
            }
        }
    }

    private void Join2(double* values, int node, int third, int count)
    {
        var roots = _inverse.Factors(2 * third, node + count);
        for (var i = node; i < node + count; i++, values += 2 * Lanes)
        {
            var low = Vector512.Load(values);
            var high = Vector512.Load(values + Lanes);
            prime.Reduce(low + high).Store(values);
            prime.Multiply(low - high, roots[i]).Store(values + Lanes);
        }
    }

    // The factor of three goes with the scale.
    private void JoinThree(double* values, int size, int vectors)
    {
        var root = _forward.Third;
        var step = size * Lanes;
        for (var end = values + (vectors * Lanes); values < end; values += Lanes)
        {
            var z0 = Vector512.Load(values);
            var z1 = Vector512.Load(values + step);
            var z2 = Vector512.Load(values + (2 * step));
            var turned = prime.Multiply(z1 - z2, root);
            (z0 + z1 + z2).Store(values);
            (z0 - z1 - turned).Store(values + step);
            (z0 - z2 + turned).Store(values + (2 * step));
        }
    }

    // Modulo x^8 - c: b's upper coefficients come in at the bottom times c.
    private void MultiplyBatch(double* a, double* b, int from, int to, Twiddle[] roots)
    {
        var wrapped = stackalloc double[2 * Lanes * Batch];
        for (var i = from; i < to; i++)
        {
            var values = prime.Reduce(Vector512.Load(b + (i * Lanes)));
            var turned = prime.Multiply(values, roots[i / 2]);
            ((i & 1) == 0 ? turned : -turned).Store(wrapped + (2 * Lanes * (i - from)));
            values.Store(wrapped + (2 * Lanes * (i - from)) + Lanes);
            prime.Reduce(Vector512.Load(a + (i * Lanes))).Store(a + (i * Lanes));
        }

        for (var i = from; i < to; i++)
        {
            var window = wrapped + (2 * Lanes * (i - from)) + Lanes;
            var values = a + (i * Lanes);
            var low = Vector512<double>.Zero;
            var high = Vector512<double>.Zero;
            for (var k = 0; k < Lanes; k += 2)
            {
                low += prime.Multiply(Vector512.Load(window - k), Vector512.Create(values[k]));
                high += prime.Multiply(Vector512.Load(window - k - 1), Vector512.Create(values[k + 1]));
            }

            prime.Reduce(low + high).Store(values);
        }
    }
}
