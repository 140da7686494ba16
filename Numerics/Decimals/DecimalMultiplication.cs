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

    public void Square(ReadOnlySpan<ulong> a, Span<ulong> product) => Multiply(a, a, product);

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
        using var first = new AlignedArray<double>(length);
        using var second = new AlignedArray<double>(length);
        using var third = new AlignedArray<double>(length);
        using var other = new AlignedArray<double>(a == b ? 0 : length);
        AlignedArray<double>[] residues = [first, second, third];
        for (var i = 0; i < Primes.Length; i++)
        {
            var values = residues[i].Pointer;
            Load(Primes[i], a, values, length);
            _transforms[i].Forward(values, length);
            if (a != b)
            {
                Load(Primes[i], b, other.Pointer, length);
                _transforms[i].Forward(other.Pointer, length);
            }

            _transforms[i].MultiplyPoints(values, a == b ? values : other.Pointer, length);
            _transforms[i].Inverse(values, length);
        }

        Combine(first.Pointer, second.Pointer, third.Pointer, length);
        Carry((ulong*)first.Pointer, (ulong*)second.Pointer, (ulong*)third.Pointer, product);
    }

    // A limb is its lower half and 2^32 times its upper half.
    private static void Load(TransformPrime prime, ReadOnlySpan<ulong> limbs, double* values, int length)
    {
        var half = prime.Twiddle(1UL << 32);
        var bias = Vector512.Create(Two52);
        fixed (ulong* source = limbs)
        {
            for (var i = 0; i + Lanes <= limbs.Length; i += Lanes)
            {
                var words = Vector512.Load(source + i);
                var low = ((words & Vector512.Create(0xFFFFFFFFUL)) | bias.AsUInt64()).AsDouble() - bias;
                var high = ((words >> 32) | bias.AsUInt64()).AsDouble() - bias;
                (low + prime.Multiply(high, half)).Store(values + i);
            }
        }

        for (var i = limbs.Length / Lanes * Lanes; i < length; i++)
            values[i] = i < limbs.Length ? limbs[i] % prime.Prime : 0;
    }

    // Leaves the digits of each value to the bases p, p q and p q r, as integers.
    private static void Combine(double* first, double* second, double* third, int length)
    {
        var (p, q, r) = (Primes[0], Primes[1], Primes[2]);
        var scale = (ulong)NumberTheoreticTransform.Scale(length);
        var (scaleP, scaleQ, scaleR) =
            (p.Twiddle(p.Inverse(scale)), q.Twiddle(q.Inverse(scale)), r.Twiddle(r.Inverse(scale)));
        var pModuloQ = q.Twiddle(q.Inverse(p.Prime));
        var pModuloR = r.Twiddle(r.Inverse(p.Prime));
        var qModuloR = r.Twiddle(r.Inverse(q.Prime));
        for (var i = 0; i < length; i += Lanes)
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

    private static void Carry(ulong* first, ulong* second, ulong* third, Span<ulong> product)
    {
        var p = Primes[0].Prime;
        var pq = (UInt128)p * Primes[1].Prime;
        var carry = UInt128.Zero;
        for (var i = 0; i < product.Length; i++)
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
}
