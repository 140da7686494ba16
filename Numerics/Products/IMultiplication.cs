namespace Turnstile.Numerics;

/// <summary>Multiplies natural numbers in limbs, least significant first, whatever a limb's radix is.</summary>
internal interface IMultiplication
{
    /// <summary>
    /// Writes <paramref name="a"/> × <paramref name="b"/> to all limbs of <paramref name="product"/>, which has as
    /// many as both together and overlaps neither. Neither factor is empty.
    /// </summary>
    void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> product);

    /// <summary>
    /// Writes the square of <paramref name="a"/> to <paramref name="product"/>, which has twice as many limbs.
    /// </summary>
    void Square(ReadOnlySpan<ulong> a, Span<ulong> product);
}
