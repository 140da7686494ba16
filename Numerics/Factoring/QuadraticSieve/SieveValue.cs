using System.Numerics;
using System.Runtime.InteropServices;

namespace Turnstile.Numerics;

/// <summary>
/// A polynomial's value ax² + bx + c on its way to being factored: computed in two's complement on a few limbs, then
/// divided exactly by one prime after the other (T. Jebelean, "An algorithm for exact division", 1993).
/// </summary>
internal sealed class SieveValue
{
    private readonly ulong[] _a;
    private readonly ulong[] _b;
    private readonly ulong[] _c;
    private ulong[] _value;
    private ulong[] _quotient;
    private int _count;

    /// <param name="bits">The most bits a value or coefficient has.</param>
    public SieveValue(int bits)
    {
        var count = (bits / 64) + 1;
        _a = new ulong[count];
        _b = new ulong[count];
        _c = new ulong[count];
        _value = new ulong[count];
        _quotient = new ulong[count];
    }

    /// <summary>Whether the value computed last is below zero.</summary>
    public bool IsNegative { get; private set; }

    /// <summary>Bits of what is left.</summary>
    public int BitLength =>
        _count == 0 ? 0 : (64 * _count) - BitOperations.LeadingZeroCount(_value[_count - 1]);

    /// <summary>Whether what is left fits a word.</summary>
    public bool IsWord => _count <= 1;

    /// <summary>What is left, where it fits a word.</summary>
    public ulong Word => _count == 0 ? 0 : _value[0];

    public void SetPolynomial(BigInteger a, BigInteger b, BigInteger c)
    {
        Write(a, _a);
        Write(b, _b);
        Write(c, _c);
    }

    /// <summary>Computes the polynomial's value.</summary>
    public void Compute(int x)
    {
        Array.Copy(_a, _value, _a.Length);
        MultiplyAdd(x, _b);
        MultiplyAdd(x, _c);
        IsNegative = (long)_value[^1] < 0;
        if (IsNegative)
            Negate();
        _count = _value.Length;
        Shorten();
    }

    /// <summary>Divides by 2 as often as it goes and returns how often.</summary>
    public int DivideByTwos()
    {
        if (_count == 0)
            return 0;
        var twos = 0;
        while (_value[0] == 0)
        {
            Array.Copy(_value, 1, _value, 0, _count - 1);
            _value[--_count] = 0;
            twos += 64;
        }

        var shift = BitOperations.TrailingZeroCount(_value[0]);
        if (shift == 0)
            return twos;
        for (var i = 0; i < _count; i++)
            _value[i] = (_value[i] >> shift) | (i + 1 < _count ? _value[i + 1] << (64 - shift) : 0);
        Shorten();
        return twos + shift;
    }

    /// <summary>Divides by an odd prime if it divides; else changes nothing.</summary>
    /// <param name="prime">The prime.</param>
    /// <param name="inverse">Its inverse modulo 2^64.</param>
    public bool TryDivide(uint prime, ulong inverse)
    {
        var value = _value;
        if (_count == 1)
        {
            var word = value[0] * inverse;
            if (Math.BigMul(word, (ulong)prime, out _) != 0)
                return false;
            value[0] = word;
            return true;
        }

        var borrow = 0UL;
        for (var i = 0; i < _count; i++)
        {
            var limb = value[i];
            var quotient = (limb - borrow) * inverse;
            _quotient[i] = quotient;
            borrow = Math.BigMul(quotient, (ulong)prime, out _) + (limb < borrow ? 1UL : 0UL);
        }

        if (borrow != 0 || _count == 0)
            return false;
        (_value, _quotient) = (_quotient, value);
        Shorten();
        return true;
    }

    private void Shorten()
    {
        while (_count > 0 && _value[_count - 1] == 0)
            _count--;
    }

    // value = value × x + addend, modulo a power of two that is large enough
    private void MultiplyAdd(int x, ulong[] addend)
    {
        var factor = (ulong)Math.Abs((long)x);
        var carry = 0UL;
        for (var i = 0; i < _value.Length; i++)
        {
            var high = Math.BigMul(_value[i], factor, out var low);
            _value[i] = low + carry;
            carry = high + (_value[i] < low ? 1UL : 0UL);
        }

        if (x < 0)
            Negate();
        Limbs.Add(_value, addend);
    }

    private void Negate()
    {
        var carry = 1UL;
        for (var i = 0; i < _value.Length; i++)
        {
            _value[i] = ~_value[i] + carry;
            carry = carry != 0 && _value[i] == 0 ? 1UL : 0UL;
        }
    }

    private static void Write(BigInteger value, ulong[] limbs)
    {
        limbs.AsSpan().Fill(value.Sign < 0 ? ulong.MaxValue : 0);
        if (!value.TryWriteBytes(MemoryMarshal.AsBytes(limbs.AsSpan()), out _))
            throw new ArgumentException("The coefficient is larger than announced.", nameof(value));
    }
}
