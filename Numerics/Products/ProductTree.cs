namespace Turnstile.Numerics;

/// <summary>The product of many words, by multiplying neighbours of about equal length, in pieces.</summary>
internal sealed class ProductTree(IMultiplication multiplication)
{
    // Up to so many limbs, a product of two is too short to be a piece of its own.
    private const int PieceLimbs = 2_000;

    /// <summary>The product, once <see cref="Work"/> has come to its end.</summary>
    public ulong[] Product { get; private set; } = [1];

    /// <summary>Multiplies, in pieces. A piece is as long as its longest product.</summary>
    public IEnumerable<bool> Work(List<ulong> factors)
    {
        var row = factors.ConvertAll(factor => new[] { factor });
        while (row.Count > 1)
        {
            var next = new List<ulong[]>((row.Count + 1) / 2);
            var limbs = 0;
            for (var i = 0; i + 1 < row.Count; i += 2)
            {
                var product = Multiply(row[i], row[i + 1]);
                next.Add(product);
                limbs += product.Length;
                if (limbs < PieceLimbs)
                    continue;
                limbs = 0;
                yield return true;
            }

            if ((row.Count & 1) != 0)
                next.Add(row[^1]);
            row = next;
        }

        Product = row.Count == 1 ? row[0] : [1];
    }

    /// <summary>The product of two numbers without leading zeros, without leading zeros.</summary>
    public ulong[] Multiply(ulong[] a, ulong[] b)
    {
        var product = GC.AllocateUninitializedArray<ulong>(a.Length + b.Length);
        multiplication.Multiply(a, b, product);
        return product[^1] == 0 ? product[..^1] : product;
    }

    /// <summary>The square of a number without leading zeros, without leading zeros.</summary>
    public ulong[] Square(ulong[] a)
    {
        var product = GC.AllocateUninitializedArray<ulong>(2 * a.Length);
        multiplication.Square(a, product);
        return product[^1] == 0 ? product[..^1] : product;
    }
}
