using System.Numerics;
using System.Runtime.InteropServices;

namespace Turnstile.Numerics;

/// <summary>
/// Products of many words, by multiplying neighbours of about equal length, and of long numbers, in pieces.
/// </summary>
internal sealed class ProductTree(IMultiplication multiplication)
{
    // Up to so many limbs, a product of two is too short to be a piece of its own.
    private const int PieceLimbs = 2_000;

    // Words are multiplied one after the other up to so many, where a tree is mostly overhead.
    private const int LeafLimbs = 24;

    /// <summary>What the work done last has come to, without leading zeros.</summary>
    public ReadOnlyMemory<ulong> Product { get; private set; } = new ulong[] { 1 };

    /// <summary>Multiplies words, at least one and none of them 0.</summary>
    public IEnumerable<bool> Work(List<ulong> factors)
    {
        // A power of two, so that the longest products are of two equally long numbers, which are cheapest.
        var leaves = (int)BitOperations.RoundUpToPowerOf2((uint)((factors.Count + LeafLimbs - 1) / LeafLimbs));
        var row = new List<ReadOnlyMemory<ulong>>(leaves);
        while (row.Count < leaves)
        {
            var start = (int)((long)factors.Count * row.Count / leaves);
            var end = (int)((long)factors.Count * (row.Count + 1) / leaves);
            row.Add(MultiplyWords(CollectionsMarshal.AsSpan(factors)[start..end]));
            if (row.Count % PieceLimbs == 0)
                yield return true;
        }

        while (row.Count > 1)
        {
            var next = new List<ReadOnlyMemory<ulong>>(row.Count / 2);
            var limbs = 0;
            for (var i = 0; i < row.Count; i += 2)
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

            row = next;
        }

        Product = row[0];
    }

    /// <summary>Multiplies two numbers without leading zeros; both the same make a square.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    /// <param name="room">Where to write the product, overlapping neither; if it is too short, memory of its own.</param>
    public IEnumerable<bool> Multiplied(ReadOnlyMemory<ulong> a, ReadOnlyMemory<ulong> b, Memory<ulong> room = default)
    {
        var count = a.Length + b.Length;
        var product = count <= room.Length ? room[..count] : GC.AllocateUninitializedArray<ulong>(count);
        foreach (var piece in multiplication.MultiplyInPieces(a, b, product))
            yield return piece;
        Product = Trim(product);
    }

    private ReadOnlyMemory<ulong> Multiply(ReadOnlyMemory<ulong> a, ReadOnlyMemory<ulong> b)
    {
        var product = GC.AllocateUninitializedArray<ulong>(a.Length + b.Length);
        multiplication.Multiply(a.Span, b.Span, product);
        return Trim(product);
    }

    private ReadOnlyMemory<ulong> MultiplyWords(ReadOnlySpan<ulong> factors)
    {
        Span<ulong> product = stackalloc ulong[LeafLimbs];
        Span<ulong> next = stackalloc ulong[LeafLimbs];
        product[0] = factors[0];
        var count = 1;
        for (var i = 1; i < factors.Length; i++)
        {
            multiplication.Multiply(product[..count], factors.Slice(i, 1), next[..(count + 1)]);
            count += next[count] == 0 ? 0 : 1;
            var swap = product;
            product = next;
            next = swap;
        }

        return product[..count].ToArray();
    }

    private static ReadOnlyMemory<ulong> Trim(Memory<ulong> product) =>
        product.Span[^1] == 0 ? product[..^1] : product;
}
