using System.Runtime.Intrinsics;

namespace Turnstile.Numerics;

/// <summary>
/// Products of natural numbers in limbs of 19 decimal digits, least significant first, so that what is multiplied never
/// has to be converted. Long ones by transforms modulo three primes, put together by the Chinese remainder theorem
/// (J. M. Pollard, "The fast Fourier transform in a finite field", 1971; H. L. Garner, "The residue number system",
/// 1959).
/// </summary>
internal sealed unsafe class DecimalMultiplication : IMultiplication
{
    /// <summary>Limbs that the longest product may have, 150 million digits.</summary>
    public const int LimbsMax = 1 << 23;

    // Shorter products are made limb by limb, where a transform is mostly overhead; an estimate.
    private const int TransformedMin = 40;

    // Coefficients that are loaded or put together in a piece: about a millisecond's worth.
    private const int PieceLength = 1 << 16;

    private const int Lanes = TransformPrime.Lanes;
    private const double Two52 = 4503599627370496.0;

    private static readonly TransformPrime[] Primes = TransformPrime.All;

    private readonly NumberTheoreticTransform[] _transforms =
        Array.ConvertAll(Primes, prime => new NumberTheoreticTransform(prime));

    /// <summary>Whether this machine makes it worth while.</summary>
    public static bool IsSupported => TransformPrime.IsSupported;

    public void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> product)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(product.Length, a.Length + b.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(product.Length, LimbsMax);
        if (Math.Min(a.Length, b.Length) < TransformedMin)
            MultiplyShort(a, b, product);
        else
            MultiplyLong(a, b, product);
    }

    // Column by column: a column's sum has two words and a little more.
    private static void MultiplyShort(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> product)
    {
        var carry = UInt128.Zero;
        for (var column = 0; column < product.Length; column++)
        {
            var (low, high) = (carry, 0UL);
            var last = Math.Min(column, a.Length - 1);
            for (var i = Math.Max(0, column - b.Length + 1); i <= last; i++)
            {
                var term = Math.BigMul(a[i], b[column - i]);
                low += term;
                high += low < term ? 1UL : 0UL;
            }

            product[column] = DivideByLimb(high, low, out carry);
        }
    }

    private void MultiplyLong(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> product)
    {
        var length = NumberTheoreticTransform.Length(product.Length);
        using var memory = new Memory(length, a == b);
        for (var i = 0; i < Primes.Length; i++)
        {
            var (values, other) = (memory.Residues[i], memory.Other(i));
            Load(Primes[i], a, values, 0, length);
            _transforms[i].Forward(values.Pointer, length);
            if (a != b)
            {
                Load(Primes[i], b, other, 0, length);
                _transforms[i].Forward(other.Pointer, length);
            }

            for (var from = 0; from < length; from += NumberTheoreticTransform.PointsInPiece)
                _transforms[i].MultiplyPoints(values, other, length, from);
            _transforms[i].Inverse(values.Pointer, length);
        }

        var carry = UInt128.Zero;
        Combine(memory.Residues, 0, length, length);
        Carry(memory.Residues, product, 0, product.Length, ref carry);
    }

    /// <inheritdoc/>
    public IEnumerable<bool> MultiplyInPieces(ReadOnlyMemory<ulong> a, ReadOnlyMemory<ulong> b, Memory<ulong> product)
    {
        var length = NumberTheoreticTransform.Length(product.Length);
        if (length <= PieceLength || Math.Min(a.Length, b.Length) < TransformedMin)
        {
            Multiply(a.Span, b.Span, product.Span);
            yield return true;
            yield break;
        }

        var isSquare = a.Equals(b);
        using var memory = new Memory(length, isSquare);
        for (var i = 0; i < Primes.Length; i++)
        {
            var (values, other) = (memory.Residues[i], memory.Other(i));
            foreach (var piece in Transform(i, a, values, length))
                yield return piece;
            if (!isSquare)
                foreach (var piece in Transform(i, b, other, length))
                    yield return piece;
            for (var from = 0; from < length; from += NumberTheoreticTransform.PointsInPiece)
            {
                _transforms[i].MultiplyPoints(values, other, length, from);
                yield return true;
            }

            foreach (var piece in _transforms[i].InverseInPieces(values, length))
                yield return piece;
        }

        var carry = UInt128.Zero;
        for (var from = 0; from < length; from += PieceLength)
        {
            var to = Math.Min(from + PieceLength, length);
            Combine(memory.Residues, from, to, length);
            yield return true;
            Carry(memory.Residues, product.Span, from, Math.Min(to, product.Length), ref carry);
            yield return true;
        }

        // The system takes milliseconds to take back each of the longest.
        foreach (var values in memory.Residues)
        {
            values.Dispose();
            yield return true;
        }
    }

    private IEnumerable<bool> Transform(int prime, ReadOnlyMemory<ulong> limbs, AlignedArray<double> values, int length)
    {
        for (var from = 0; from < length; from += PieceLength)
        {
            Load(Primes[prime], limbs.Span, values, from, Math.Min(from + PieceLength, length));
            yield return true;
        }

        foreach (var piece in _transforms[prime].ForwardInPieces(values, length))
            yield return piece;
    }

    // A limb is its lower half and 2^32 times its upper half.
    private static void Load(
        TransformPrime prime, ReadOnlySpan<ulong> limbs, AlignedArray<double> target, int from, int to)
    {
        var values = target.Pointer;
        var half = prime.Twiddle(1UL << 32);
        var bias = Vector512.Create(Two52);
        fixed (ulong* source = limbs)
        {
            for (var i = from; i < to && i + Lanes <= limbs.Length; i += Lanes)
            {
                var words = Vector512.Load(source + i);
                var low = ((words & Vector512.Create(0xFFFFFFFFUL)) | bias.AsUInt64()).AsDouble() - bias;
                var high = ((words >> 32) | bias.AsUInt64()).AsDouble() - bias;
                (low + prime.Multiply(high, half)).Store(values + i);
            }
        }

        for (var i = Math.Max(from, limbs.Length / Lanes * Lanes); i < to; i++)
            values[i] = i < limbs.Length ? limbs[i] % prime.Prime : 0;
    }

    // Leaves the digits of each value to the bases p, p q and p q r, as integers.
    private static void Combine(AlignedArray<double>[] residues, int from, int to, int length)
    {
        var first = residues[0].Pointer;
        var second = residues[1].Pointer;
        var third = residues[2].Pointer;
        var (p, q, r) = (Primes[0], Primes[1], Primes[2]);
        var scale = (ulong)NumberTheoreticTransform.Scale(length);
        var (scaleP, scaleQ, scaleR) =
            (p.Twiddle(p.Inverse(scale)), q.Twiddle(q.Inverse(scale)), r.Twiddle(r.Inverse(scale)));
        var pModuloQ = q.Twiddle(q.Inverse(p.Prime));
        var pModuloR = r.Twiddle(r.Inverse(p.Prime));
        var qModuloR = r.Twiddle(r.Inverse(q.Prime));
        for (var i = from; i < to; i += Lanes)
        {
            var u = p.NotNegative(p.Multiply(Vector512.Load(first + i), scaleP));
            var v = q.Multiply(Vector512.Load(second + i), scaleQ);
            v = q.NotNegative(q.Multiply(v - u, pModuloQ));
            var w = r.Multiply(Vector512.Load(third + i), scaleR);
            w = r.NotNegative(r.Multiply(r.Multiply(w - u, pModuloR) - v, qModuloR));
            Integers(u).Store((ulong*)(first + i));
            Integers(v).Store((ulong*)(second + i));
            Integers(w).Store((ulong*)(third + i));
        }
    }

    private static Vector512<ulong> Integers(Vector512<double> values) =>
        (values + Vector512.Create(Two52)).AsUInt64() & Vector512.Create((1UL << 52) - 1);

    private static void Carry(
        AlignedArray<double>[] residues, Span<ulong> product, int from, int to, ref UInt128 carry)
    {
        var first = (ulong*)residues[0].Pointer;
        var second = (ulong*)residues[1].Pointer;
        var third = (ulong*)residues[2].Pointer;
        var p = Primes[0].Prime;
        var pq = (UInt128)p * Primes[1].Prime;
        for (var i = from; i < to; i++)
        {
            // u + v p is below p q, and the carry below 2^90: their sum fits.
            var low = Math.BigMul(second[i], p) + first[i] + carry;
            var middle = Math.BigMul(third[i], (ulong)pq);
            var upper = Math.BigMul(third[i], (ulong)(pq >> 64)) + (ulong)(middle >> 64);
            low += (ulong)middle;
            upper += (ulong)(low >> 64);
            product[i] = DivideByLimb((ulong)(upper >> 64), ((UInt128)(ulong)upper << 64) | (ulong)low, out carry);
        }
    }

    private static ulong DivideByLimb(ulong high, UInt128 low, out UInt128 quotient)
    {
        var (upper, rest) = PowersOfTen.DivideByLimbPower(high, (ulong)(low >> 64));
        var (lower, digit) = PowersOfTen.DivideByLimbPower(rest, (ulong)low);
        quotient = new(upper, lower);
        return digit;
    }

    /// <summary>The transforms of both factors: for each prime the first's, and one at a time the second's.</summary>
    private sealed class Memory(int length, bool isSquare) : IDisposable
    {
        private readonly AlignedArray<double> _other = new(isSquare ? 0 : length);

        public AlignedArray<double>[] Residues { get; } = [new(length), new(length), new(length)];

        public AlignedArray<double> Other(int prime) => isSquare ? Residues[prime] : _other;

        public void Dispose()
        {
            _other.Dispose();
            foreach (var values in Residues)
                values.Dispose();
        }
    }
}
