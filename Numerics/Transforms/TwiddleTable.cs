using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// Square roots that split y^m - c into y^(m / 2) - s and y^(m / 2) + s, for the nodes of a transform's tree from left
/// to right: the roots of a level begin those of the next (D. Harvey, "Faster arithmetic for number-theoretic
/// transforms", 2014). The first is 1, the next i, and s(2^k + r) = s(2^k) s(r).
/// </summary>
internal sealed class TwiddleTable
{
    // Roots made in a piece: a millisecond's worth.
    private const int PieceCount = 1 << 14;

    private readonly TransformPrime _prime;
    private readonly ulong _root;
    private readonly ulong[] _thirds;
    private Twiddle[][] _factors = [[], [], []];
    private ulong[] _plain = [1];

    public TwiddleTable(TransformPrime prime, bool isInverse)
    {
        _prime = prime;
        var root = isInverse ? prime.Inverse(prime.Root) : prime.Root;
        _root = prime.Power(root, 3);
        var third = prime.Power(root, TransformPrime.Order / 3);
        _thirds = [1, third, prime.Multiply(third, third)];
        Third = prime.Twiddle(third);
        Grow(1).RunToEnd();
    }

    /// <summary>The third root of unity.</summary>
    public Twiddle Third { get; }

    /// <summary>The table times a power of the third root, with so many roots at least.</summary>
    public Twiddle[] Factors(int third, int count)
    {
        if (count > _factors[0].Length)
            Grow(count).RunToEnd();
        return _factors[third % 3];
    }

    /// <summary>
    /// Makes so many roots in pieces, unless they are there: half a million take a tenth of a second.
    /// </summary>
    public IEnumerable<bool> Grow(int count)
    {
        if (count <= _factors[0].Length)
            yield break;
        count = (int)BitOperations.RoundUpToPowerOf2((uint)count);
        var plain = new ulong[count];
        _plain.CopyTo(plain, 0);
        for (var filled = _plain.Length; filled < count; filled *= 2)
        {
            // i has a fourth of the circle, the next half as much.
            var leading = _prime.Power(_root, (ulong)(TransformPrime.Order / 3 / 4 / filled));
            for (var i = 0; i < filled; i++)
            {
                plain[filled + i] = _prime.Multiply(leading, plain[i]);
                if ((i + 1) % PieceCount == 0)
                    yield return true;
            }
        }

        Twiddle[][] factors = [new Twiddle[count], new Twiddle[count], new Twiddle[count]];
        for (var third = 0; third < 3; third++)
        {
            for (var i = 0; i < count; i++)
            {
                factors[third][i] = _prime.Twiddle(_prime.Multiply(_thirds[third], plain[i]));
                if ((i + 1) % PieceCount == 0)
                    yield return true;
            }
        }

        _plain = plain;
        _factors = factors;
    }
}
