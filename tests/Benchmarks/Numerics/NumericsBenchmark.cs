using System.Collections.Immutable;
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

    private const int LopsidedDigits = 80;

    private static readonly BigInteger Readme =
        BigInteger.Parse("100000000000000000050700000000000000004563", CultureInfo.InvariantCulture);

    public static int Run(string[] arguments)
    {
        var digitsMax = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 60;
        var peers = Peer.Present();
        var names = string.Concat(peers.Select(peer => $"{peer.Name,12}{"ratio",8}"));
        Console.WriteLine($"{"numbers",-24}{"here",12}{names}   (ms)");
        var isOnly = arguments is [_, "only"];
        foreach (var (digits, count) in Sizes.Where(size => size.Digits <= digitsMax && (!isOnly || size.Digits == digitsMax)))
            Compare($"{digits} digits, semiprime", Semiprimes(digits, count), peers, digits);
        if (isOnly)
            return 0;
        foreach (var (digits, count) in new[] { (20, 1_000), (30, 400), (40, 200) })
            Compare($"{digits} digits, random", Randoms(digits, count), peers, digits, isSemiprime: false);
        Compare("the number of the readme", [Readme], peers, 42);
        if (digitsMax >= LopsidedDigits)
            Compare("25 of 80 digits", [Lopsided()], peers, LopsidedDigits, isSemiprime: false);
        ValueBenchmark.Run(peers.OfType<Pari>().SingleOrDefault());
        return 0;
    }

    private static void Compare(
        string title, BigInteger[] numbers, IReadOnlyList<Peer> peers, int digits, bool isSemiprime = true)
    {
        var found = new ImmutableArray<PrimePower>[numbers.Length];
        var own = OwnTime.Of(() =>
        {
            for (var i = 0; i < numbers.Length; i++)
                found[i] = Factor(numbers[i]);
        });
        own /= numbers.Length;
        for (var i = 0; i < numbers.Length; i++)
            Answers.Check(numbers[i], found[i].SelectMany(power => Enumerable.Repeat(power.Prime, power.Exponent)));
        var line = $"{title,-24}{own,12:F4}";
        foreach (var peer in peers)
        {
            var isAsked = digits <= peer.DigitsMax && (isSemiprime || !peer.SplitsOnly);
            var milliseconds = isAsked ? peer.Run(numbers) : null;
            line += milliseconds is { } theirs ? $"{theirs,12:F4}{own / theirs,8:F2}" : $"{"-",12}{"-",8}";
        }

        Console.WriteLine(line);
    }

    private static ImmutableArray<PrimePower> Factor(BigInteger number)
    {
        using var kernel = Kernels.Factorize(number);
        kernel.Step(SliceBudget.Unlimited);
        return kernel.Result.Factors;
    }

    /// <summary>Products of two primes of half the digits each, the same in every run.</summary>
    public static BigInteger[] Semiprimes(int digits, int count)
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

    private static BigInteger Lopsided()
    {
        var random = new Random(LopsidedDigits);
        return Prime(random, 25) * Prime(random, LopsidedDigits - 25);
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
