namespace Turnstile.Numerics;

/// <summary>
/// The heavy operations on natural numbers written as 64-bit limbs, least significant first. Two ways of doing them
/// exist and give equal results: libgmp, and managed code where that library is missing.
/// </summary>
/// <remarks>
/// Instances hold no state. Memory belongs to the caller: nothing here allocates what has to be freed.
/// </remarks>
internal abstract class LimbArithmetic : IMultiplication
{
    /// <summary>The switch that keeps libgmp unused even where it is installed.</summary>
    public const string ManagedSwitch = "Turnstile.Numerics.Managed";

    /// <summary>The fastest there is on this machine.</summary>
    public static LimbArithmetic Fastest { get; } =
        !(AppContext.TryGetSwitch(ManagedSwitch, out var managed) && managed) && GmpLibrary.IsPresent
            ? new GmpArithmetic()
            : new ManagedArithmetic();

    /// <summary>Whether this is libgmp.</summary>
    public abstract bool IsNative { get; }

    /// <inheritdoc/>
    public abstract void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> product);

    /// <summary>
    /// Writes the square of <paramref name="a"/> to <paramref name="product"/>, which has twice as many limbs.
    /// </summary>
    public abstract void Square(ReadOnlySpan<ulong> a, Span<ulong> product);

    /// <summary>
    /// Divides. The quotient has <c>numerator - divisor + 1</c> limbs, the remainder as many as the divisor, whose
    /// highest limb is not zero and which is not longer than the numerator.
    /// </summary>
    public abstract void Divide(
        ReadOnlySpan<ulong> numerator, ReadOnlySpan<ulong> divisor, Span<ulong> quotient, Span<ulong> remainder);

    /// <summary>The remainder by one limb, which is not zero.</summary>
    public abstract ulong Remainder(ReadOnlySpan<ulong> numerator, ulong divisor);

    /// <summary>
    /// Adds <paramref name="a"/> × <paramref name="factor"/> to as many limbs of <paramref name="sum"/>.
    /// </summary>
    /// <returns>The carry.</returns>
    public abstract ulong AddProduct(Span<ulong> sum, ReadOnlySpan<ulong> a, ulong factor);
}
