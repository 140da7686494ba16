namespace Turnstile.Numerics;

/// <summary>
/// Products of many words, by multiplying neighbours of about equal length, and of long numbers, in pieces.
/// </summary>
internal sealed class ProductTree(IMultiplication multiplication)
{
    // Up to so many limbs, a product of two is too short to be a piece of its own.
    private const int PieceLimbs = 2_000;

    // Limbs copied in a piece: a few milliseconds' worth, as the system hands out the memory meanwhile.
    private const int PieceCopied = 1 << 19;

    // Words are multiplied one after the other up to so many, where a tree is mostly overhead.
    private const int LeafLimbs = 24;

    /// <summary>What the work done last has come to, without leading zeros.</summary>
    public ulong[] Product { get; private set; } = [1];

    /// <summary>Multiplies words, none of them 0.</summary>
    public IEnumerable<bool> Work(List<ulong> factors)
    {
        var row = new List<ulong[]>((factors.Count / LeafLimbs) + 1);
        for (var start = 0; start < factors.Count; start += LeafLimbs)
        {
            row.Add(MultiplyWords(factors, start, Math.Min(start + LeafLimbs, factors.Count)));
            if (row.Count % PieceLimbs == 0)
                yield return true;
        }

        while (row.Count > 1)
        {
            var next = new List<ulong[]>((row.Count + 1) / 2);
            var limbs = 0;
            for (var i = 0; i + 1 < row.Count; i += 2)
            {
                limbs += row[i].Length + row[i + 1].Length;
                if (limbs < PieceLimbs)
                {
                    next.Add(Multiply(row[i], row[i + 1]));
                    continue;
                }

                limbs = 0;
                foreach (var piece in Multiplied(row[i], row[i + 1]))
                    yield return piece;
                next.Add(Product);
            }

            if ((row.Count & 1) != 0)
                next.Add(row[^1]);
            row = next;
        }

        Product = row.Count == 1 ? row[0] : [1];
    }

    /// <summary>Multiplies two numbers without leading zeros; both the same make a square.</summary>
    public IEnumerable<bool> Multiplied(ulong[] a, ulong[] b)
    {
        var product = GC.AllocateUninitializedArray<ulong>(a.Length + b.Length);
        foreach (var piece in multiplication.MultiplyInPieces(a, b, product))
            yield return piece;
        if (product[^1] != 0)
        {
            Product = product;
            yield break;
        }

        var trimmed = GC.AllocateUninitializedArray<ulong>(product.Length - 1);
        for (var from = 0; from < trimmed.Length; from += PieceCopied)
        {
            product.AsSpan(from, Math.Min(PieceCopied, trimmed.Length - from)).CopyTo(trimmed.AsSpan(from));
            if (from > 0)
                yield return true;
        }

        Product = trimmed;
    }

    private ulong[] Multiply(ulong[] a, ulong[] b)
    {
        var product = GC.AllocateUninitializedArray<ulong>(a.Length + b.Length);
        multiplication.Multiply(a, b, product);
        return Trim(product);
    }

    private ulong[] MultiplyWords(List<ulong> factors, int from, int to)
    {
        Span<ulong> product = stackalloc ulong[LeafLimbs];
        Span<ulong> next = stackalloc ulong[LeafLimbs];
        product[0] = factors[from];
        var count = 1;
        for (var i = from + 1; i < to; i++)
        {
            multiplication.Multiply(product[..count], [factors[i]], next[..(count + 1)]);
            count += next[count] == 0 ? 0 : 1;
            var swap = product;
            product = next;
            next = swap;
        }

        return product[..count].ToArray();
    }

    private static ulong[] Trim(ulong[] product) => product[^1] == 0 ? product[..^1] : product;
}
