using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>The product of many small powers, and of roots, modulo an odd number.</summary>
internal abstract class ResidueProduct
{
    // Powers with larger exponents are raised by squaring.
    private const int RepeatedMax = 4;

    private ulong _word = 1;

    /// <summary>The empty product: in words where the modulus allows.</summary>
    public static ResidueProduct For(BigInteger modulus) =>
        modulus >> 64 > 0 && modulus < WordPrimality.Bound ? new InWords((UInt128)modulus) : new OfAnyLength(modulus);

    /// <summary>The residue, from 0 on.</summary>
    public abstract BigInteger Value { get; }

    /// <summary>Multiplies by a power, with as few long multiplications as words allow.</summary>
    public void Multiply(uint factor, int exponent)
    {
        if (exponent > RepeatedMax)
        {
            MultiplyPower(factor, exponent);
            return;
        }

        for (; exponent > 0; exponent--)
        {
            if (_word > uint.MaxValue)
                MultiplyWord(TakeWord());
            _word *= factor;
        }
    }

    /// <summary>Multiplies by a number whose magnitude is below the modulus.</summary>
    public abstract void Multiply(BigInteger factor);

    protected ulong TakeWord()
    {
        var word = _word;
        _word = 1;
        return word;
    }

    protected abstract void MultiplyWord(ulong factor);

    protected abstract void MultiplyPower(uint factor, int exponent);

    private sealed class OfAnyLength(BigInteger modulus) : ResidueProduct
    {
        private BigInteger _product = BigInteger.One;

        public override BigInteger Value
        {
            get
            {
                MultiplyWord(TakeWord());
                return _product.Sign < 0 ? _product + modulus : _product;
            }
        }

        public override void Multiply(BigInteger factor) => _product = _product * factor % modulus;

        protected override void MultiplyWord(ulong factor) => Multiply(factor);

        protected override void MultiplyPower(uint factor, int exponent) =>
            Multiply(BigInteger.ModPow(factor, exponent, modulus));
    }

    private sealed class InWords(UInt128 modulus) : ResidueProduct
    {
        private readonly Montgomery128 _ring = new(modulus);
        private Word128 _product = new Montgomery128(modulus).One;

        public override BigInteger Value
        {
            get
            {
                MultiplyWord(TakeWord());
                return _ring.ToNumber(_product);
            }
        }

        public override void Multiply(BigInteger factor)
        {
            var number = (Int128)factor;
            Multiply(_ring.From(number < 0 ? modulus - (UInt128)(-number) : (UInt128)number));
        }

        protected override void MultiplyWord(ulong factor) => Multiply(_ring.From(factor));

        protected override void MultiplyPower(uint factor, int exponent)
        {
            var power = _ring.From(factor);
            for (; exponent > 0; exponent >>= 1)
            {
                if ((exponent & 1) != 0)
                    Multiply(power);
                power = _ring.Multiply(power, power);
            }
        }

        private void Multiply(Word128 factor) => _product = _ring.Multiply(_product, factor);
    }
}
