namespace Turnstile.Numerics;

/// <summary>
/// Arithmetic modulo an odd number that fits one or two machine words. Implementations are structs so that generic
/// algorithms over them compile to code for exactly that width.
/// </summary>
/// <typeparam name="T">A residue, in whatever form the ring keeps it; equal residues have equal forms.</typeparam>
internal interface IWordRing<T>
    where T : unmanaged, IEquatable<T>
{
    /// <summary>The residue 0.</summary>
    T Zero { get; }

    /// <summary>The residue 1.</summary>
    T One { get; }

    T Add(T a, T b);

    T Subtract(T a, T b);

    T Multiply(T a, T b);

    /// <summary>The residue of a small number.</summary>
    T From(ulong value);

    /// <summary>
    /// The residue of a number that picks a curve; a ring of several lanes takes as many numbers from it on.
    /// </summary>
    T Sequence(ulong first);

    /// <summary>
    /// The greatest common divisor of a residue and the modulus; the modulus itself for the residue 0.
    /// </summary>
    UInt128 CommonDivisor(T a);
}
