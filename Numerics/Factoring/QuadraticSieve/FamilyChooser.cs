using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// Chooses leading coefficients: products of distinct primes of the factor base, near the ideal size and all
/// different. The sequence depends on the number only, so that a restored sieve continues where it was.
/// </summary>
internal sealed unsafe class FamilyChooser
{
    private const double PreferredFactorBits = 11;
    private const int Attempts = 40;

    private readonly FactorBase _factorBase;
    private readonly double _targetLog;
    private readonly HashSet<string> _used = [];
    private readonly Random _random;
    private readonly int _poolStart;
    private readonly int _poolEnd;

    public FamilyChooser(BigInteger number, FactorBase factorBase, int halfInterval)
    {
        _factorBase = factorBase;
        _targetLog = ((BigInteger.Log(number) - Math.Log(2)) / 2) - Math.Log(halfInterval);
        _random = new Random((int)(number % int.MaxValue));
        var bits = _targetLog / Math.Log(2);
        var largestBits = Math.Log2(factorBase.Largest);
        Factors = Math.Max(2, (int)Math.Round(bits / Math.Min(PreferredFactorBits, largestBits - 2)));
        var middle = factorBase.IndexOf((uint)Math.Min(Math.Exp(_targetLog / Factors), factorBase.Largest));
        var radius = Math.Max(12, Math.Min(middle / 3, 150));
        _poolStart = Math.Max(3, middle - radius);
        _poolEnd = Math.Min(factorBase.Count, middle + radius);
    }

    /// <summary>How many primes make up a leading coefficient.</summary>
    public int Factors { get; }

    /// <summary>How many were chosen.</summary>
    public int Chosen { get; private set; }

    /// <summary>Indices of the primes of the next one, ascending.</summary>
    public int[] Next()
    {
        int[] best = [];
        var bestError = double.MaxValue;
        for (var attempt = 0; best.Length == 0 || attempt < Attempts; attempt++)
        {
            var candidate = Draw(out var error);
            if (error < bestError && !_used.Contains(string.Join(',', candidate)))
                (best, bestError) = (candidate, error);
            if (bestError < 0.02)
                break;
        }

        _used.Add(string.Join(',', best));
        Chosen++;
        return best;
    }

    // All primes but one at random, the last one to fit.
    private int[] Draw(out double error)
    {
        var chosen = new List<int>();
        var log = 0.0;
        while (chosen.Count < Factors - 1)
        {
            var index = _random.Next(_poolStart, _poolEnd);
            if (chosen.Contains(index) || _factorBase.Roots[index] == 0)
                continue;
            chosen.Add(index);
            log += Math.Log(_factorBase.Primes[index]);
        }

        var wanted = Math.Exp(Math.Min(_targetLog - log, 31 * Math.Log(2)));
        var last = Math.Clamp(_factorBase.IndexOf((uint)wanted), 3, _factorBase.Count - 1);
        while (chosen.Contains(last) || _factorBase.Roots[last] == 0)
            last = last + 1 < _factorBase.Count ? last + 1 : 3;
        chosen.Add(last);
        error = Math.Abs(log + Math.Log(_factorBase.Primes[last]) - _targetLog);
        chosen.Sort();
        return [.. chosen];
    }
}
