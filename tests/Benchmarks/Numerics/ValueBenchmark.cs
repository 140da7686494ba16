using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Turnstile.Numerics;

namespace Turnstile.Benchmarks.Numerics;

/// <summary>
/// Big values and primality: factorials, in binary and all the way to digits, beside libgmp's own and PARI/GP's, and
/// the test of a prime of 300 and 1,000 digits beside PARI/GP's. Every value is compared.
/// </summary>
internal static unsafe partial class ValueBenchmark
{
    // A prime that no digit of a factorial's end betrays.
    private static readonly BigInteger Modulus = BigInteger.Pow(2, 521) - 1;

    public static void Run(Pari? pari)
    {
        Console.WriteLine();
        Console.WriteLine($"{"values",-24}{"here",12}{"GMP",12}{"ratio",8}{"PARI/GP",12}{"ratio",8}   (ms)");
        foreach (var n in new[] { 20_000, 100_000, 1_000_000 })
            Factorial(n, pari);
        foreach (var digits in new[] { 300, 1_000 })
            Primality(digits, pari);
    }

    private static void Factorial(int n, Pari? pari)
    {
        var kernel = new FactorialKernel(n, LimbArithmetic.Fastest, isDecimal: false);
        ulong[] value = [];
        var multiplied = OwnTime.Of(() => value = Value(kernel));
        var digits = ReadOnlyMemory<byte>.Empty;
        var written = OwnTime.Of(() => digits = Digits(n));
        var number = default(Integer);
        Initialise(ref number);
        var gmpMultiplied = OwnTime.Of(() => SetFactorial(ref number, (ulong)n));
        var text = (byte*)NativeMemory.Alloc((nuint)digits.Length + 2);
        var gmpWritten = OwnTime.Of(() => Write(text, 10, ref number));
        if (!digits.Span.SequenceEqual(new ReadOnlySpan<byte>(text, digits.Length)))
            throw new InvalidOperationException($"The digits of {n}! are not those that libgmp gives.");
        NativeMemory.Free(text);
        Clear(ref number);
        var theirs = pari?.Factorial(n, Modulus);
        if (theirs is { } answer && answer.Residue != Limbs.ToBigInteger(value) % Modulus)
            throw new InvalidOperationException($"{n}! is not what PARI/GP says.");
        Print($"{n}!, binary", multiplied, gmpMultiplied, theirs?.Value);
        Print($"{n}!, to digits", written, gmpMultiplied + gmpWritten, theirs?.Value + theirs?.Digits);
    }

    private static ulong[] Value(FactorialKernel kernel)
    {
        ulong[] value = [];
        kernel.Multiply(product => value = product).RunToEnd();

        return value;
    }

    private static ReadOnlyMemory<byte> Digits(int n)
    {
        using var kernel = Kernels.Factorial(n);
        kernel.Step(SliceBudget.Unlimited);
        return kernel.Result.Ascii;
    }

    private static void Primality(int digits, Pari? pari)
    {
        using var search = Kernels.NextPrime(BigInteger.Pow(10, digits - 1));
        search.Step(SliceBudget.Unlimited);
        if (!DecimalText.TryParse(search.Result.Ascii.Span, out var prime))
            throw new InvalidOperationException("A prime is digits.");
        var own = OwnTime.Of(() =>
        {
            using var kernel = Kernels.IsPrime(prime);
            kernel.Step(SliceBudget.Unlimited);
        });
        Print($"{digits} digits, prime", own, null, pari?.Primality(prime));
    }

    private static void Print(string title, double own, double? gmp, double? pari)
    {
        string Beside(double? peer) =>
            peer is { } theirs ? $"{theirs,12:F3}{own / theirs,8:F2}" : $"{"-",12}{"-",8}";
        Console.WriteLine($"{title,-24}{own,12:F3}{Beside(gmp)}{Beside(pari)}");
    }

    // struct __mpz_struct: two ints and a pointer.
    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private struct Integer;

    [LibraryImport("libgmp.so.10", EntryPoint = "__gmpz_init")]
    private static partial void Initialise(ref Integer number);

    [LibraryImport("libgmp.so.10", EntryPoint = "__gmpz_clear")]
    private static partial void Clear(ref Integer number);

    [LibraryImport("libgmp.so.10", EntryPoint = "__gmpz_fac_ui")]
    private static partial void SetFactorial(ref Integer number, ulong n);

    [LibraryImport("libgmp.so.10", EntryPoint = "__gmpz_get_str")]
    private static partial byte* Write(byte* text, int radix, ref Integer number);
}
