using System.Runtime.CompilerServices;

namespace Turnstile.Numerics;

/// <summary>
/// Residues modulo an odd number from 2^64 to 2^127, kept as multiples of 2^128.
/// (P. L. Montgomery, "Modular multiplication without trial division", 1985.)
/// </summary>
internal readonly struct Montgomery128 : IWordRing<Word128>
{
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly ulong _inverse;
    private readonly Word128 _square;

    /// <param name="modulus">Odd, below 2^127: two residues then add up without a carry.</param>
    public Montgomery128(UInt128 modulus)
    {
        _high = (ulong)(modulus >> 64);
        _low = (ulong)modulus;
        _inverse = Limbs.InverseOfOdd(_low);
        One = Word128.From((UInt128.MaxValue % modulus) + 1 == modulus ? 0 : (UInt128.MaxValue % modulus) + 1);

        // The residue of 2^128: 2^4 by doubling, then squared five times.
        var square = One;
        for (var i = 0; i < 4; i++)
            square = Add(square, square);
        for (var i = 0; i < 5; i++)
            square = Multiply(square, square);
        _square = square;
    }

    public Word128 Zero => default;

    public Word128 One { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Word128 Add(Word128 a, Word128 b)
    {
        var low = a.Low + b.Low;
        var high = a.High + b.High + (low < b.Low ? 1UL : 0UL);
        return Reduce(high, low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Word128 Subtract(Word128 a, Word128 b)
    {
        var low = a.Low - b.Low;
        var high = a.High - b.High - (a.Low < b.Low ? 1UL : 0UL);

        // A negative difference has the sign bit set, since both are below 2^127.
        var mask = (ulong)((long)high >> 63);
        var sum = low + (_low & mask);
        return new(high + (_high & mask) + (sum < low ? 1UL : 0UL), sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Word128 Multiply(Word128 a, Word128 b)
    {
        // The product, one word of b at a time, each followed by the step that clears the lowest word.
        var t0 = a.Low * b.Low;
        var t1 = Words.MultiplyHigh(a.Low, b.Low);
        var p0 = a.High * b.Low;
        var t2 = Words.MultiplyHigh(a.High, b.Low);
        t1 += p0;
        t2 += t1 < p0 ? 1UL : 0UL;
        Clear(ref t0, ref t1, ref t2);

        // Now t2 t1 is what remains, shifted down a word; below twice the modulus.
        var q0 = a.Low * b.High;
        var q1 = Words.MultiplyHigh(a.Low, b.High);
        var r0 = a.High * b.High;
        var r1 = Words.MultiplyHigh(a.High, b.High);
        t0 = t1 + q0;
        q1 += t0 < q0 ? 1UL : 0UL;
        t1 = t2 + q1;
        r1 += t1 < q1 ? 1UL : 0UL;
        t1 += r0;
        r1 += t1 < r0 ? 1UL : 0UL;
        t2 = r1;
        Clear(ref t0, ref t1, ref t2);
        return Reduce(t2, t1);
    }

    public Word128 Sequence(ulong first) => From(first);

    public Word128 From(ulong value) => Multiply(new(0, value), _square);

    /// <summary>The residue of a number below the modulus.</summary>
    public Word128 From(UInt128 value) => Multiply(Word128.From(value), _square);

    /// <summary>The number a residue stands for.</summary>
    public UInt128 ToNumber(Word128 residue) => Multiply(residue, new(0, 1)).ToUInt128();

    public UInt128 CommonDivisor(Word128 a) => Words.CommonDivisor(a.ToUInt128(), new UInt128(_high, _low));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Clear(ref ulong t0, ref ulong t1, ref ulong t2)
    {
        var factor = 0 - (t0 * _inverse);
        var carry = Words.MultiplyHigh(factor, _low) + (t0 != 0 ? 1UL : 0UL);
        var low = factor * _high;
        var high = Words.MultiplyHigh(factor, _high);
        low += carry;
        high += low < carry ? 1UL : 0UL;
        t1 += low;
        high += t1 < low ? 1UL : 0UL;
        t2 += high;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Word128 Reduce(ulong high, ulong low)
    {
        var lower = low - _low;
        var upper = high - _high - (low < _low ? 1UL : 0UL);

        // Without a branch, which would go either way.
        var mask = (ulong)((long)upper >> 63);
        var sum = lower + (_low & mask);
        return new(upper + (_high & mask) + (sum < lower ? 1UL : 0UL), sum);
    }
}
