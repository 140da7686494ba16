namespace Turnstile.Numerics;

/// <summary>
/// The second stage's plan: every prime between two bounds as a multiple of a wheel plus or minus a small number
/// coprime to it, so that one product covers both (P. L. Montgomery, "Speeding the Pollard and elliptic curve methods
/// of factorization", 1987).
/// </summary>
internal sealed class PrimePairs
{
    // Primes looked at in a piece: a millisecond's worth.
    private const int PieceCount = 1 << 14;

    private readonly int _from;
    private readonly int _to;

    /// <param name="from">Primes above it.</param>
    /// <param name="to">Primes up to it.</param>
    /// <param name="wheel">6 times a number: 30, 60, 210, …</param>
    public PrimePairs(int from, int to, int wheel)
    {
        (_from, _to) = (from, to);
        Wheel = wheel;
        Babies = [.. Enumerable.Range(1, wheel / 2).Where(baby => IsCoprime(baby, wheel))];
        First = (from + (wheel / 2)) / wheel;
        Steps = new byte[((to + (wheel / 2)) / wheel) - First + 1][];
    }

    /// <summary>Makes the plan, in pieces.</summary>
    public IEnumerable<bool> Work()
    {
        var places = new Dictionary<int, byte>();
        for (var i = 0; i < Babies.Length; i++)
            places.Add(Babies[i], (byte)i);
        var step = new SortedSet<byte>();
        var giant = First;
        var count = 0;
        foreach (var prime in PrimeSieve.Below(_to + 1))
        {
            if (++count % PieceCount == 0)
                yield return true;
            if (prime <= _from)
                continue;
            for (var own = (prime + (Wheel / 2)) / Wheel; giant < own; giant++)
                Take(giant, step);
            if (places.TryGetValue(Math.Abs(prime - (giant * Wheel)), out var place))
                step.Add(place);
        }

        for (; giant - First < Steps.Length; giant++)
            Take(giant, step);
    }

    public int Wheel { get; }

    /// <summary>The numbers below half the wheel that are coprime to it.</summary>
    public int[] Babies { get; }

    /// <summary>The first multiple of the wheel, at least 1.</summary>
    public int First { get; }

    /// <summary>For each multiple from the first on, which babies (by index) make at least one prime with it.</summary>
    public byte[][] Steps { get; }

    private void Take(int giant, SortedSet<byte> step)
    {
        Steps[giant - First] = [.. step];
        step.Clear();
    }

    private static bool IsCoprime(int a, int b)
    {
        while (b != 0)
            (a, b) = (b, a % b);
        return a == 1;
    }
}
