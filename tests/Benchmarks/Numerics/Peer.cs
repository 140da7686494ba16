using System.Diagnostics;
using System.Globalization;
using System.Numerics;

namespace Turnstile.Benchmarks.Numerics;

/// <summary>Another program that factors numbers.</summary>
internal abstract class Peer
{
    public abstract string Name { get; }

    /// <summary>Longer numbers would take it unbearably long.</summary>
    public virtual int DigitsMax => int.MaxValue;

    /// <summary>Whether it is made for numbers without small factors.</summary>
    public virtual bool SplitsOnly => false;

    /// <summary>The peers found on the PATH.</summary>
    public static IReadOnlyList<Peer> Present() =>
        [.. new Peer[] { new Pari(), new Yafu(), new Msieve(), new Coreutils() }.Where(peer => peer.IsPresent)];

    /// <summary>Milliseconds of user time for each number; every answer is checked.</summary>
    public abstract double? Run(BigInteger[] numbers);

    protected abstract string Command { get; }

    private bool IsPresent =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, Command)));

    /// <summary>Runs the program once and gives what it wrote and the user time it took.</summary>
    protected (string Output, double Milliseconds) Execute(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Command, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Directory.CreateTempSubdirectory("numerics").FullName,
        };
        var before = UserTime.OfEndedChildren;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{Command} did not start.");
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, UserTime.OfEndedChildren - before);
    }

    protected static IEnumerable<BigInteger> Numbers(string text) =>
        text.Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => BigInteger.Parse(word, CultureInfo.InvariantCulture));

    /// <summary>GNU coreutils, which takes all numbers in one run.</summary>
    private sealed class Coreutils : Peer
    {
        public override string Name => "coreutils";

        public override int DigitsMax => 24;

        protected override string Command => "factor";

        public override double? Run(BigInteger[] numbers)
        {
            var (output, milliseconds) = Execute(string.Join('\n', numbers) + "\n");
            var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < numbers.Length; i++)
                Answers.Check(numbers[i], Numbers(lines[i][(lines[i].IndexOf(':', StringComparison.Ordinal) + 1)..]));
            return milliseconds / numbers.Length;
        }
    }

    /// <summary>YAFU's quadratic sieve on one thread; its start counts once for all numbers.</summary>
    private sealed class Yafu : Peer
    {
        public override string Name => "YAFU";

        public override bool SplitsOnly => true;

        protected override string Command => "yafu";

        public override double? Run(BigInteger[] numbers)
        {
            var (output, milliseconds) =
                Execute(string.Concat(numbers.Select(number => $"siqs({number})\n")), "-threads", "1");
            var primes = Found(output, " = ").Distinct().ToList();
            foreach (var number in numbers)
                Answers.Check(number, primes.Where(prime => (number % prime).IsZero));
            return milliseconds / numbers.Length;
        }
    }

    /// <summary>msieve; its start counts, as it does for its users.</summary>
    private sealed class Msieve : Peer
    {
        public override string Name => "msieve";

        protected override string Command => "msieve";

        public override double? Run(BigInteger[] numbers)
        {
            var total = 0.0;
            foreach (var number in numbers)
            {
                var (output, milliseconds) = Execute("", "-q", number.ToString(CultureInfo.InvariantCulture));
                Answers.Check(number, Found(output, ": "));
                total += milliseconds;
            }

            return total / numbers.Length;
        }
    }

    // Lines such as "P21 = 100000000000000000039" and "p21: 100000000000000000039".
    private static IEnumerable<BigInteger> Found(string output, string separator) =>
        output.Split('\n')
            .Where(line => line.StartsWith('P') || line.StartsWith('p'))
            .Select(line => line.Split(separator))
            .Where(parts => parts.Length == 2 && parts[1].Trim().All(char.IsAsciiDigit))
            .Select(parts => BigInteger.Parse(parts[1], CultureInfo.InvariantCulture));
}
