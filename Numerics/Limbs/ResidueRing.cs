using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// Arithmetic modulo an odd number of any size. Up to <see cref="MontgomeryCountMax"/> limbs residues are kept as
/// multiples of a power of two and reduced limb by limb (P. L. Montgomery, "Modular multiplication without trial
/// division", 1985); above, they are kept plain and reduced by libgmp's subquadratic division.
/// </summary>
/// <remarks>Has scratch memory of its own: one thread at a time.</remarks>
internal sealed class ResidueRing
{
    private const int MontgomeryCountMax = 80;

    private readonly LimbArithmetic _arithmetic;
    private readonly ulong[] _modulus;
    private readonly ulong[] _product;
    private readonly ulong[] _quotient;
    private readonly ulong _negatedInverse;
    private readonly bool _isMontgomery;

    public ResidueRing(BigInteger modulus, LimbArithmetic arithmetic)
    {
        if (modulus.IsEven || modulus < 3)
            throw new ArgumentOutOfRangeException(nameof(modulus), "The modulus has to be odd and at least 3.");
        _arithmetic = arithmetic;
        Modulus = modulus;
        _modulus = Limbs.From(modulus);
        Count = _modulus.Length;
        _product = new ulong[2 * Count];
        _quotient = new ulong[Count + 1];
        _negatedInverse = 0 - Limbs.InverseOfOdd(_modulus[0]);
        _isMontgomery = Count <= MontgomeryCountMax;
        One = From(BigInteger.One);
    }

    public BigInteger Modulus { get; }

    /// <summary>Limbs of a residue.</summary>
    public int Count { get; }

    public ulong[] One { get; }

    /// <summary>The residue of any integer.</summary>
    public ulong[] From(BigInteger value)
    {
        value %= Modulus;
        if (value.Sign < 0)
            value += Modulus;
        if (_isMontgomery)
            value = (value << (64 * Count)) % Modulus;
        var residue = new ulong[Count];
        Limbs.From(value).CopyTo(residue, 0);
        return residue;
    }

    /// <summary>The number below the modulus that a residue stands for.</summary>
    public BigInteger ToNumber(ReadOnlySpan<ulong> residue)
    {
        if (!_isMontgomery)
            return Limbs.ToBigInteger(residue);
        residue.CopyTo(_product);
        _product.AsSpan(Count).Clear();
        var number = new ulong[Count];
        Reduce(number);
        return Limbs.ToBigInteger(number);
    }

    /// <summary>Multiplies; the result may be one of the factors.</summary>
    public void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> result)
    {
        _arithmetic.Multiply(a, b, _product);
        Reduce(result);
    }

    /// <summary>Squares; the result may be the number squared.</summary>
    public void Square(ReadOnlySpan<ulong> a, Span<ulong> result)
    {
        _arithmetic.Square(a, _product);
        Reduce(result);
    }

    /// <summary>Adds <paramref name="b"/> to <paramref name="a"/> in place.</summary>
    public void Add(Span<ulong> a, ReadOnlySpan<ulong> b)
    {
        if (Limbs.Add(a, b) || Limbs.Compare(a, _modulus) >= 0)
            Limbs.Subtract(a, _modulus);
    }

    /// <summary>Subtracts <paramref name="b"/> from <paramref name="a"/> in place.</summary>
    public void Subtract(Span<ulong> a, ReadOnlySpan<ulong> b)
    {
        if (Limbs.Subtract(a, b))
            Limbs.Add(a, _modulus);
    }

    private void Reduce(Span<ulong> result)
    {
        if (!_isMontgomery)
        {
            _arithmetic.Divide(_product, _modulus, _quotient, result);
            return;
        }

        for (var i = 0; i < Count; i++)
            _product[i] = _arithmetic.AddProduct(_product.AsSpan(i, Count), _modulus, _product[i] * _negatedInverse);
        var high = _product.AsSpan(Count);
        if (Limbs.Add(high, _product.AsSpan(0, Count)) || Limbs.Compare(high, _modulus) >= 0)
            Limbs.Subtract(high, _modulus);
        high.CopyTo(result);
    }
}
