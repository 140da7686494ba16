namespace Turnstile.Numerics;

/// <summary>
/// Multiplication of a point on a Montgomery curve by all prime powers up to a bound, written as a program of
/// differential additions and doublings (P. L. Montgomery, "Evaluating recurrences of form X(m+n) = f(X(m), X(n),
/// X(m-n)) via Lucas chains", 1992).
/// </summary>
internal sealed class LucasChain
{
    /// <summary>Exchange A and B.</summary>
    public const byte Swap = 0;

    /// <summary>A new prime: B and C become A, then A is doubled.</summary>
    public const byte Begin = 10;

    /// <summary>The prime is done: A becomes A + B.</summary>
    public const byte End = 11;

    /// <summary>A is doubled.</summary>
    public const byte Double = 12;

    private static readonly double[] Ratios =
    [
        1.61803398875, 1.72360679775, 1.618347119656, 1.617914406529, 1.612429949509,
        1.632839806089, 1.620181980807, 1.580178728295, 1.617214616534, 1.38196601125,
    ];

    // Primes whose chains are sought in a piece: a millisecond's worth.
    private const int PieceCount = 1 << 7;

    /// <param name="bound">The program is for all prime powers up to it.</param>
    public LucasChain(int bound)
    {
        Bound = bound;
    }

    public int Bound { get; }

    /// <summary>The program, once <see cref="Work"/> has come to its end.</summary>
    public byte[] Program { get; private set; } = [];

    /// <summary>Writes the program, in pieces.</summary>
    public IEnumerable<bool> Work()
    {
        var program = new List<byte>();
        for (long power = 2; power <= Bound; power *= 2)
            program.Add(Double);
        var count = 0;
        foreach (var prime in PrimeSieve.Below(Bound + 1).Skip(1))
        {
            var best = Best((uint)prime);
            for (long power = prime; power <= Bound; power *= prime)
                program.AddRange(best);
            if (++count % PieceCount == 0)
                yield return true;
        }

        Program = [.. program];
    }

    private static List<byte> Best(uint prime)
    {
        List<byte>? best = null;
        var bestCost = int.MaxValue;
        foreach (var ratio in Ratios)
        {
            var rules = new List<byte>();
            var cost = Reduce(prime, ratio, rules);
            if (cost < bestCost)
                (best, bestCost) = (rules, cost);
        }

        return best!;
    }

    // An addition costs six multiplications, a doubling five. A ratio that does not lead to 1 costs too much.
    private static int Reduce(uint prime, double ratio, List<byte> rules)
    {
        long r = (long)((prime / ratio) + 0.5), d = prime - r, e = (2 * r) - prime;
        if (r >= prime || d <= 0 || e <= 0)
            return int.MaxValue;
        rules.Add(Begin);
        var cost = 5;
        while (d != e)
        {
            if (d < e)
            {
                (d, e) = (e, d);
                rules.Add(Swap);
            }

            var rule = Choose(d, e);
            rules.Add(rule);
            (d, e) = rule switch
            {
                1 => (((2 * d) - e) / 3, ((2 * e) - d) / 3),
                2 or 4 => ((d - e) / 2, e),
                3 => (d - e, e),
                5 => (d / 2, e),
                6 => ((d / 3) - e, e),
                7 => ((d - (2 * e)) / 3, e),
                8 => ((d - e) / 3, e),
                _ => (d, e / 2),
            };
            cost += rule switch { 1 => 18, 3 => 6, 6 or 7 or 8 => 23, _ => 11 };
        }

        rules.Add(End);
        return d == 1 ? cost + 6 : int.MaxValue;
    }

    private static byte Choose(long d, long e)
    {
        if (4 * d <= 5 * e && (d + e) % 3 == 0)
            return 1;
        if (4 * d <= 5 * e && (d - e) % 6 == 0)
            return 2;
        if (d <= 4 * e)
            return 3;
        if ((d + e) % 2 == 0)
            return 4;
        if (d % 2 == 0)
            return 5;
        if (d % 3 == 0)
            return 6;
        if ((d + e) % 3 == 0)
            return 7;
        return (d - e) % 3 == 0 ? (byte)8 : (byte)9;
    }
}
