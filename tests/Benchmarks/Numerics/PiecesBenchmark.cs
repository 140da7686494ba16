using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Turnstile.Numerics;

namespace Turnstile.Benchmarks.Numerics;

/// <summary>
/// The longest pieces between which kernels ask whether their slice is spent: by so much a slice lasts too long at
/// worst. Short computations are done twice: the first time their code is compiled and tables are made, which makes
/// pieces longer, so that time's longest has a column of its own. By the thread's own time a piece is as long as it
/// would be on a machine that does nothing else. Below stand the longest by that time: the part done then tells which phase
/// they are of, and the collector's time how much of them it took.
/// </summary>
internal static class PiecesBenchmark
{
    private const double Promised = 20;

    // Pieces named below a line.
    private const int Named = 3;

    // Curves on a number that has no small factor would go on for minutes.
    private const double LongestMilliseconds = 10_000;

    // What lasts longer is done once.
    private const double RepeatedMilliseconds = 20_000;

    // As above; what takes minutes has to be asked for.
    private static readonly string[] Usual =
    [
        "50", "60", "70", "curves", "20000!", "100000!", "1000000!", "2^4423-1", "2^9689-1", "2^21701-1",
    ];

    /// <summary>
    /// Takes what to compute: digits of a semiprime to factor, a factorial, a Mersenne prime, or curves.
    /// </summary>
    public static int Run(string[] arguments)
    {
        Console.WriteLine(
            $"{"computation",-24}{"pieces",12}{"ms in all",12}{"first time",12}{"longest",12}{"own time",12}{"at",8}"
            + $"{"over 5 ms",12}{"over 20 ms",12}");
        foreach (var argument in arguments is [] ? Usual : arguments)
            Measure(argument);
        return 0;
    }

    private static void Measure(string argument)
    {
        if (argument == "curves")
        {
            var number = NumericsBenchmark.Semiprimes(200, 1)[0];
            Measure("200 digits, curves", () => Kernels.Factorize(number), LongestMilliseconds);
        }
        else if (argument.EndsWith('!'))
        {
            var n = int.Parse(argument[..^1], CultureInfo.InvariantCulture);
            Measure($"{n}!", () => Kernels.Factorial(n), double.MaxValue);
        }
        else if (argument.StartsWith("2^", StringComparison.Ordinal))
        {
            var exponent = int.Parse(argument[2..argument.IndexOf('-')], CultureInfo.InvariantCulture);
            var prime = (BigInteger.One << exponent) - 1;
            Measure($"2^{exponent} - 1, prime", () => Kernels.IsPrime(prime), double.MaxValue);
        }
        else
        {
            var digits = int.Parse(argument, CultureInfo.InvariantCulture);
            var number = NumericsBenchmark.Semiprimes(digits, 1)[0];
            Measure($"{digits} digits, semiprime", () => Kernels.Factorize(number), double.MaxValue);
        }
    }

    private static void Measure(string title, Func<IKernel> make, double longest)
    {
        var first = Watch(make, longest);
        var watch = first.Total > RepeatedMilliseconds ? first : Watch(make, longest);
        Console.WriteLine(
            $"{title,-24}{watch.Pieces,12}{watch.Total,12:F0}"
            + $"{first.Longest,12:F1}{watch.Longest,12:F1}{watch.LongestOwn,12:F1}{watch.LongestAt,8:F4}"
            + $"{watch.Above(Promised / 4),12}{watch.Above(Promised),12}");
        foreach (var (own, collector, at) in watch.LongestOfAll)
            Console.WriteLine($"{"",24}{own,12:F1} ms, {collector:F1} of them the collector's, at {at:F5}");
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
        private readonly List<(double Own, double Collector, double At)> _longest = [];
        private long _last = Stopwatch.GetTimestamp();
        private double _lastOwn = UserTime.OfThisThread;
        private TimeSpan _lastCollector = GC.GetTotalPauseDuration();

        public int Pieces { get; private set; }

        public double Longest { get; private set; }

        /// <summary>By the time that the thread ran.</summary>
        public double LongestOwn { get; private set; }

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

        /// <summary>The longest by own time, of those that are worth a look.</summary>
        public IEnumerable<(double Own, double Collector, double At)> LongestOfAll =>
            _longest.OrderByDescending(piece => piece.Own).Take(Named);

        public int Above(double milliseconds) => _long.Count(piece => piece > milliseconds);

        /// <summary>The piece that is going on has ended.</summary>
        public void End()
        {
            var piece = Stopwatch.GetElapsedTime(_last).TotalMilliseconds;
            Total = Stopwatch.GetElapsedTime(_start).TotalMilliseconds;
            Pieces++;
            if (piece > Longest)
                (Longest, LongestAt) = (piece, kernel.Progress);
            var own = UserTime.OfThisThread - _lastOwn;
            LongestOwn = Math.Max(LongestOwn, own);
            if (piece > 1)
                _long.Add(piece);
            var collector = GC.GetTotalPauseDuration();
            if (own > Promised / 4)
                _longest.Add((own, (collector - _lastCollector).TotalMilliseconds, kernel.Progress));
            _lastCollector = collector;
            _lastOwn = UserTime.OfThisThread;
            _last = Stopwatch.GetTimestamp();
        }
    }
}
