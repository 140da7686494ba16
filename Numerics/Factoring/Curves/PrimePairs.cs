namespace Turnstile.Numerics;

/// <summary>
/// The second stage's plan: every prime between two bounds as a multiple of a wheel plus or minus a small number
/// coprime to it, so that one product covers both (P. L. Montgomery, "Speeding the Pollard and elliptic curve methods
/// of factorization", 1987).
/// </summary>
internal sealed class PrimePairs
{
    /// <param name="from">Primes above it.</param>
    /// <param name="to">Primes up to it.</param>
    /// <param name="wheel">6 times a number: 30, 60, 210, …</param>
    public PrimePairs(int from, int to, int wheel)
    {
        Wheel = wheel;
        Babies = [.. Enumerable.Range(1, wheel / 2).Where(baby => IsCoprime(baby, wheel))];
        First = (from + (wheel / 2)) / wheel;
        var last = (to + (wheel / 2)) / wheel;
        var places = new Dictionary<int, byte>();
        for (var i = 0; i < Babies.Length; i++)
            places.Add(Babies[i], (byte)i);
        var steps = new SortedSet<byte>[last - First + 1];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = [];
        foreach (var prime in PrimeSieve.Below(to + 1))
        {
            if (prime <= from)
                continue;
            var giant = (prime + (wheel / 2)) / wheel;
            if (places.TryGetValue(Math.Abs(prime - (giant * wheel)), out var place))
                steps[giant - First].Add(place);
        }

        Steps = Array.ConvertAll(steps, step => step.ToArray());
    }

    public int Wheel { get; }

    /// <summary>The numbers below half the wheel that are coprime to it.</summary>
    public int[] Babies { get; }

    /// <summary>The first multiple of the wheel, at least 1.</summary>
    public int First { get; }

    /// <summary>For each multiple from the first on, which babies (by index) make at least one prime with it.</summary>
    public byte[][] Steps { get; }

    private static bool IsCoprime(int a, int b)
    {
        while (b != 0)
            (a, b) = (b, a % b);
        return a == 1;
    }
}
