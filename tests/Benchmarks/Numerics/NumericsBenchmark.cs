using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Turnstile.Numerics;

namespace Turnstile.Benchmarks.Numerics;

/// <summary>
/// Factors one fixed list of numbers with this project's kernels and with every peer on the PATH, checks every answer
/// and prints milliseconds of user time for each number. Ratios of one run carry to other machines; milliseconds do
/// not.
/// </summary>
internal static class NumericsBenchmark
{
    // Digits and how many numbers: about a second's work for the slowest peer, but one number at least.
    private static readonly (int Digits, int Count)[] Sizes =
        [(20, 400), (30, 200), (42, 40), (50, 12), (60, 3), (70, 1), (80, 1), (90, 1)];

    // Long enough that a moment's disturbance does not show.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);

    public static int Run(string[] arguments)
    {
        var digitsMax = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 60;
        var peers = Peer.Present();
        var names = string.Concat(peers.Select(peer => $"{peer.Name,12}{"ratio",8}"));
        Console.WriteLine($"{"numbers",-24}{"here",12}{names}   (ms)");
        foreach (var (digits, count) in Sizes.Where(size => size.Digits <= digitsMax))
            Compare($"{digits} digits, semiprime", Semiprimes(digits, count), peers, digits);
        foreach (var (digits, count) in new[] { (20, 1_000), (30, 400), (40, 200) })
            Compare($"{digits} digits, random", Randoms(digits, count), peers, digits);
        return 0;
    }

    private static void Compare(string title, BigInteger[] numbers, IReadOnlyList<Peer> peers, int digits)
    {
        var own = Own(numbers);
        var line = $"{title,-24}{own,12:F3}";
        foreach (var peer in peers)
        {
            var milliseconds = digits <= peer.DigitsMax ? peer.Run(numbers) : null;
            line += milliseconds is { } theirs ? $"{theirs,12:F3}{own / theirs,8:F2}" : $"{"-",12}{"-",8}";
        }

        Console.WriteLine(line);
    }

    private static double Own(BigInteger[] numbers)
    {
        // The first passes compile the code; a service runs for longer than that.
        var warmth = Stopwatch.StartNew();
        do
        {
            foreach (var number in numbers)
                Factor(number);
        }
        while (warmth.Elapsed < 3 * Shortest);
        var start = UserTime.OfThisProcess;
        var passes = 0;
        while (UserTime.OfThisProcess - start < Shortest.TotalMilliseconds)
        {
            foreach (var number in numbers)
                Factor(number);
            passes++;
        }

        return (UserTime.OfThisProcess - start) / (passes * numbers.Length);
    }

    private static void Factor(BigInteger number)
    {
        using var kernel = Kernels.Factorize(number);
        kernel.Step(SliceBudget.Unlimited);
        var primes = kernel.Result.Factors.SelectMany(factor => Enumerable.Repeat(factor.Prime, factor.Exponent));
        Answers.Check(number, primes);
    }

    private static BigInteger[] Semiprimes(int digits, int count)
    {
        var random = new Random(digits);
        var numbers = new List<BigInteger>();
        while (numbers.Count < count)
        {
            var number = Prime(random, digits / 2) * Prime(random, digits - (digits / 2));
            if (number >= BigInteger.Pow(10, digits - 1))
                numbers.Add(number);
        }

        return [.. numbers];
    }

    private static BigInteger[] Randoms(int digits, int count)
    {
        var random = new Random(digits + 1_000);
        return [.. Enumerable.Range(0, count).Select(_ => OfDigits(random, digits))];
    }

    private static BigInteger Prime(Random random, int digits)
    {
        using var kernel = Kernels.NextPrime(OfDigits(random, digits));
        kernel.Step(SliceBudget.Unlimited);
        return DecimalText.TryParse(kernel.Result.Ascii.Span, out var prime)
            ? prime
            : throw new InvalidOperationException("A prime is digits.");
    }

    private static BigInteger OfDigits(Random random, int digits)
    {
        var number = new BigInteger(random.Next(1, 10));
        for (var i = 1; i < digits; i++)
            number = (10 * number) + random.Next(10);
        return number;
    }
}
