using System.Runtime.CompilerServices;

namespace Turnstile.Numerics;

/// <summary>
/// Residues modulo an odd number below 2^64, kept as multiples of 2^64.
/// (P. L. Montgomery, "Modular multiplication without trial division", 1985.)
/// </summary>
internal readonly struct Montgomery64 : IWordRing<ulong>
{
    private readonly ulong _modulus;
    private readonly ulong _inverse;
    private readonly ulong _square;

    /// <param name="modulus">Odd, at least 3.</param>
    public Montgomery64(ulong modulus)
    {
        _modulus = modulus;
        _inverse = Limbs.InverseOfOdd(modulus);
        One = (0 - modulus) % modulus;
        _square = (ulong)(((UInt128)One * One) % modulus);
    }

    public ulong Zero => 0;

    public ulong One { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Add(ulong a, ulong b)
    {
        var gap = _modulus - b;
        return a >= gap ? a - gap : a + b;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Subtract(ulong a, ulong b)
    {
        var difference = a - b;
        return a < b ? difference + _modulus : difference;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Multiply(ulong a, ulong b)
    {
        var high = Words.MultiplyHigh(a, b);
        var cancel = Words.MultiplyHigh(a * b * _inverse, _modulus);
        var difference = high - cancel;
        return high < cancel ? difference + _modulus : difference;
    }

    public ulong Sequence(ulong first) => From(first);

    public ulong From(ulong value) => Multiply(value % _modulus, _square);

    public UInt128 CommonDivisor(ulong a) => Words.CommonDivisor(a, _modulus);

    /// <summary>The number a residue stands for.</summary>
    public ulong ToNumber(ulong residue) => Multiply(residue, 1);

    public ulong Power(ulong residue, ulong exponent)
    {
        var result = One;
        for (; exponent != 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
                result = Multiply(result, residue);
            residue = Multiply(residue, residue);
        }

        return result;
    }
}
