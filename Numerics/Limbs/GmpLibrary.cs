using System.Reflection;
using System.Runtime.InteropServices;

namespace Turnstile.Numerics;

/// <summary>
/// The low-level functions of libgmp (the GNU Multiple Precision Arithmetic Library, "Low-level Functions"). They work
/// on the caller's memory and keep none of their own, so there is nothing to free.
/// </summary>
/// <remarks>
/// libgmp ends the process when it cannot get memory. Whoever calls with millions of limbs bounds the size first; see
/// <see cref="FactorialKernel.Max"/> and <see cref="DecimalText.DigitsMax"/>.
/// </remarks>
internal static unsafe partial class GmpLibrary
{
    private const string Name = "gmp";

    private static readonly string[] FileNames =
        ["libgmp.so.10", "libgmp.so", "libgmp.10.dylib", "libgmp.dylib", "libgmp-10.dll", "gmp-10.dll", "gmp.dll"];

    static GmpLibrary()
    {
        NativeLibrary.SetDllImportResolver(typeof(GmpLibrary).Assembly, Resolve);
        IsPresent = sizeof(nint) == sizeof(ulong) && BitConverter.IsLittleEndian && Find(out var handle)
            && NativeLibrary.TryGetExport(handle, "__gmpn_tdiv_qr", out _) && LimbBits(handle) == 64;
    }

    /// <summary>Whether the library was found and counts in limbs of 64 bits.</summary>
    public static bool IsPresent { get; }

    [LibraryImport(Name, EntryPoint = "__gmpn_mul")]
    public static partial ulong Multiply(
        ulong* product, ulong* longer, nint longerCount, ulong* shorter, nint shorterCount);

    [LibraryImport(Name, EntryPoint = "__gmpn_sqr")]
    public static partial void Square(ulong* product, ulong* number, nint count);

    [LibraryImport(Name, EntryPoint = "__gmpn_tdiv_qr")]
    public static partial void Divide(
        ulong* quotient,
        ulong* remainder,
        nint zero,
        ulong* numerator,
        nint numeratorCount,
        ulong* divisor,
        nint divisorCount);

    [LibraryImport(Name, EntryPoint = "__gmpn_mod_1")]
    public static partial ulong Remainder(ulong* numerator, nint count, ulong divisor);

    // The variants below do not tell the garbage collector to wait for them: only for calls of a microsecond or two.
    [LibraryImport(Name, EntryPoint = "__gmpn_mul")]
    [SuppressGCTransition]
    public static partial ulong MultiplyShort(
        ulong* product, ulong* longer, nint longerCount, ulong* shorter, nint shorterCount);

    [LibraryImport(Name, EntryPoint = "__gmpn_sqr")]
    [SuppressGCTransition]
    public static partial void SquareShort(ulong* product, ulong* number, nint count);

    [LibraryImport(Name, EntryPoint = "__gmpn_tdiv_qr")]
    [SuppressGCTransition]
    public static partial void DivideShort(
        ulong* quotient,
        ulong* remainder,
        nint zero,
        ulong* numerator,
        nint numeratorCount,
        ulong* divisor,
        nint divisorCount);

    [LibraryImport(Name, EntryPoint = "__gmpn_mod_1")]
    [SuppressGCTransition]
    public static partial ulong RemainderShort(ulong* numerator, nint count, ulong divisor);

    [LibraryImport(Name, EntryPoint = "__gmpn_addmul_1")]
    [SuppressGCTransition]
    public static partial ulong AddProductShort(ulong* sum, ulong* number, nint count, ulong factor);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        string.Equals(name, Name, StringComparison.Ordinal) && Find(out var handle) ? handle : 0;

    private static bool Find(out nint handle)
    {
        foreach (var file in FileNames)
            if (NativeLibrary.TryLoad(file, typeof(GmpLibrary).Assembly, null, out handle))
                return true;
        handle = 0;
        return false;
    }

    private static int LimbBits(nint handle) =>
        NativeLibrary.TryGetExport(handle, "__gmp_bits_per_limb", out var address) ? *(int*)address : 0;
}
