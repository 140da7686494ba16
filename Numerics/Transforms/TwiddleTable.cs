using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// Square roots that split y^m - c into y^(m / 2) - s and y^(m / 2) + s, for the nodes of a transform's tree from left
/// to right: the roots of a level begin those of the next (D. Harvey, "Faster arithmetic for number-theoretic
/// transforms", 2014). The first is 1, the next i, and s(2^k + r) = s(2^k) s(r).
/// </summary>
internal sealed class TwiddleTable
{
    private readonly TransformPrime _prime;
    private readonly ulong _root;
    private readonly ulong[] _thirds;
    private readonly Twiddle[][] _factors = [[], [], []];
    private ulong[] _plain = [1];

    public TwiddleTable(TransformPrime prime, bool isInverse)
    {
        _prime = prime;
        var root = isInverse ? prime.Inverse(prime.Root) : prime.Root;
        _root = prime.Power(root, 3);
        var third = prime.Power(root, TransformPrime.Order / 3);
        _thirds = [1, third, prime.Multiply(third, third)];
        Third = prime.Twiddle(third);
        Grow(1);
    }

    /// <summary>The third root of unity.</summary>
    public Twiddle Third { get; }

    /// <summary>The table times a power of the third root, with so many roots at least.</summary>
    public Twiddle[] Factors(int third, int count)
    {
        Grow(count);
        return _factors[third % 3];
    }

    private void Grow(int count)
    {
        if (count <= _factors[0].Length)
            return;
        count = (int)BitOperations.RoundUpToPowerOf2((uint)count);
        var filled = _plain.Length;
        Array.Resize(ref _plain, count);
        for (; filled < count; filled *= 2)
        {
            // i has a fourth of the circle, the next half as much.
            var leading = _prime.Power(_root, (ulong)(TransformPrime.Order / 3 / 4 / filled));
            for (var i = 0; i < filled; i++)
                _plain[filled + i] = _prime.Multiply(leading, _plain[i]);
        }

        for (var third = 0; third < 3; third++)
        {
            var factor = _thirds[third];
            _factors[third] = Array.ConvertAll(_plain, root => _prime.Twiddle(_prime.Multiply(factor, root)));
        }
    }
}
