using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// The multiplier k that makes the values kN's sieve meets most likely smooth, by the function of Knuth and Schroeppel
/// (R. D. Silverman, "The multiple polynomial quadratic sieve", 1987). Only k with kN = 1 modulo 8 are looked at: the
/// sieve's polynomials are made for that case, in which every value is even.
/// </summary>
internal static class KnuthSchroeppel
{
    private const int MultiplierMax = 200;
    private const int PrimesCount = 128;

    // Short numbers are not worth looking at so many.
    private const int ShortBitsMax = 130;
    private const int ShortPrimesCount = 40;

    private static readonly ushort[] Primes = PrimeSieve.Small[1..(PrimesCount + 1)];
    private static readonly int[] Multipliers = [.. Enumerable.Range(1, MultiplierMax).Where(IsOddAndSquarefree)];
    private static readonly double[] Contributions = [.. Primes.Select(prime => 2 * Math.Log(prime) / (prime - 1))];
    private static readonly sbyte[][] Symbols = [.. Multipliers.Select(SymbolsOf)];

    /// <summary>The best multiplier for an odd number.</summary>
    public static int Multiplier(BigInteger number)
    {
        Span<sbyte> symbols = stackalloc sbyte[PrimesCount];
        var count = number.GetBitLength() <= ShortBitsMax ? ShortPrimesCount : PrimesCount;
        for (var i = 0; i < count; i++)
            symbols[i] = (sbyte)JacobiSymbol.Of((ulong)(number % Primes[i]), Primes[i]);
        var residue = (int)(number & 7);
        var best = double.NegativeInfinity;
        var multiplier = 1;
        for (var m = 0; m < Multipliers.Length; m++)
        {
            if ((Multipliers[m] * residue & 7) != 1)
                continue;
            var score = -0.5 * Math.Log(Multipliers[m]);
            for (var i = 0; i < count; i++)
            {
                var symbol = Symbols[m][i] * symbols[i];
                if (symbol > 0)
                    score += Contributions[i];
                else if (Symbols[m][i] == 0)
                    score += Contributions[i] / 2;
            }

            if (score > best)
                (best, multiplier) = (score, Multipliers[m]);
        }

        return multiplier;
    }

    private static bool IsOddAndSquarefree(int value) =>
        (value & 1) != 0 && !Enumerable.Range(2, 14).Any(root => value % (root * root) == 0);

    private static sbyte[] SymbolsOf(int multiplier) =>
        [.. Primes.Select(prime => (sbyte)JacobiSymbol.Of((ulong)multiplier, prime))];
}
