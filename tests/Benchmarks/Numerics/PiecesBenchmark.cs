using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Turnstile.Numerics;

namespace Turnstile.Benchmarks.Numerics;

/// <summary>
/// The longest pieces between which kernels ask whether their slice is spent: by so much a slice lasts too long at
/// worst. Each computation is done twice: the first time its code is compiled and tables are made, which makes pieces
/// longer, so that time's longest has a column of its own.
/// </summary>
internal static class PiecesBenchmark
{
    private const double Promised = 20;

    // Curves on a number that has no small factor would go on for minutes.
    private const double LongestMilliseconds = 10_000;

    public static int Run(string[] arguments)
    {
        var digitsMax = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 70;
        Console.WriteLine(
            $"{"computation",-24}{"pieces",12}{"ms in all",12}{"first time",12}{"longest",12}{"at",8}"
            + $"{"over 5 ms",12}{"over 20 ms",12}");
        foreach (var digits in new[] { 50, 60, 70, 80, 90 }.Where(digits => digits <= digitsMax))
        {
            var number = NumericsBenchmark.Semiprimes(digits, 1)[0];
            Measure($"{digits} digits, semiprime", () => Kernels.Factorize(number), double.MaxValue);
        }

        var random = NumericsBenchmark.Semiprimes(200, 1)[0];
        Measure("200 digits, curves", () => Kernels.Factorize(random), LongestMilliseconds);
        foreach (var n in new[] { 20_000, 100_000, 1_000_000 })
            Measure($"{n}!", () => Kernels.Factorial(n), double.MaxValue);
        foreach (var exponent in new[] { 4_423, 9_689, 21_701 })
        {
            var prime = (BigInteger.One << exponent) - 1;
            Measure($"2^{exponent} - 1, prime", () => Kernels.IsPrime(prime), double.MaxValue);
        }

        return 0;
    }

    private static void Measure(string title, Func<IKernel> make, double longest)
    {
        var first = Watch(make, longest);
        var watch = Watch(make, longest);
        Console.WriteLine(
            $"{title,-24}{watch.Pieces,12}{watch.Total,12:F0}"
            + $"{first.Longest,12:F1}{watch.Longest,12:F1}{watch.LongestAt,8:F3}"
            + $"{watch.Above(Promised / 4),12}{watch.Above(Promised),12}");
    }

    private static WatchingBudget Watch(Func<IKernel> make, double longest)
    {
        using var kernel = make();
        var watch = new WatchingBudget(kernel, longest);
        kernel.Step(watch);
        watch.End();
        return watch;
    }

    /// <summary>Notes how long it was not asked.</summary>
    private sealed class WatchingBudget(IKernel kernel, double most) : SliceBudget
    {
        private readonly long _start = Stopwatch.GetTimestamp();
        private readonly List<double> _long = [];
        private long _last = Stopwatch.GetTimestamp();

        public int Pieces { get; private set; }

        public double Longest { get; private set; }

        public double LongestAt { get; private set; }

        public double Total { get; private set; }

        public override bool IsSpent
        {
            get
            {
                End();
                return Total >= most;
            }
        }

        public int Above(double milliseconds) => _long.Count(piece => piece > milliseconds);

        /// <summary>The piece that is going on has ended.</summary>
        public void End()
        {
            var piece = Stopwatch.GetElapsedTime(_last).TotalMilliseconds;
            Total = Stopwatch.GetElapsedTime(_start).TotalMilliseconds;
            Pieces++;
            if (piece > Longest)
                (Longest, LongestAt) = (piece, kernel.Progress);
            if (piece > 1)
                _long.Add(piece);
            _last = Stopwatch.GetTimestamp();
        }
    }
}
