namespace Turnstile.Numerics;

/// <summary>Multiplies natural numbers in limbs, least significant first, whatever a limb's radix is.</summary>
internal interface IMultiplication
{
    /// <summary>
    /// Writes <paramref name="a"/> × <paramref name="b"/> to all limbs of <paramref name="product"/>, which has as
    /// many as both together and overlaps neither. Neither factor is empty; both the same make a square.
    /// </summary>
    void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> product);

    /// <summary>The same in pieces, as far as the way of multiplying can be cut.</summary>
    IEnumerable<bool> MultiplyInPieces(ReadOnlyMemory<ulong> a, ReadOnlyMemory<ulong> b, Memory<ulong> product)
    {
        Multiply(a.Span, b.Span, product.Span);
        yield return true;
    }
}
