using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// The product of many small powers modulo a number, with as few long multiplications as words allow.
/// </summary>
internal sealed class ResidueProduct(BigInteger modulus)
{
    // Powers with larger exponents are raised by squaring.
    private const int RepeatedMax = 4;

    private BigInteger _product = BigInteger.One;
    private ulong _word = 1;

    public BigInteger Value
    {
        get
        {
            _product = _product * _word % modulus;
            _word = 1;
            return _product;
        }
    }

    public void Multiply(uint factor, int exponent)
    {
        if (exponent > RepeatedMax)
        {
            _product = _product * BigInteger.ModPow(factor, exponent, modulus) % modulus;
            return;
        }

        for (; exponent > 0; exponent--)
        {
            if (_word > uint.MaxValue)
            {
                _product = _product * _word % modulus;
                _word = 1;
            }

            _word *= factor;
        }
    }
}
