namespace Turnstile.Numerics;

/// <summary>How a sieve is set up for numbers of a size; found by measuring.</summary>
/// <param name="Primes">Primes in the factor base.</param>
/// <param name="Blocks">
/// Blocks of 2^15 values sieved with each polynomial; for short numbers a part of one, a multiple of 2^8 values.
/// </param>
/// <param name="LargePrimeFactor">Large primes go up to so many times the largest prime of the factor base.</param>
/// <param name="LargePrimes">How many primes above the factor base a relation may have: 1 or 2.</param>
/// <param name="SmallestSieved">Primes below it are not sieved with: they cost most and tell least.</param>
/// <param name="Slack">
/// Bits that a value may lack after sieving, beyond its large primes, to be looked at: what the unsieved smallest
/// primes are expected to bring, plus rounding.
/// </param>
internal readonly record struct SieveParameters(
    int Primes, double Blocks, int LargePrimeFactor, int LargePrimes, int SmallestSieved, double Slack)
{
    // What is searched for marks at once makes up so small a part of a block.
    private const int PartsOfBlock = BlockSieve.BlockSize / 256;

    private static readonly (int Bits, SieveParameters At)[] Table =
    [
        (60, new(40, 0.25, 20, 1, 24, 10)),
        (80, new(90, 0.25, 15, 1, 30, 10)),
        (100, new(150, 0.375, 15, 1, 40, 10)),
        (102, new(145, 1, 20, 1, 42, 12)),
        (120, new(340, 1, 30, 1, 60, 14)),
        (140, new(700, 1, 40, 1, 90, 17)),
        (165, new(1400, 2, 60, 1, 100, 17)),
        (181, new(2800, 4, 70, 1, 150, 19)),
        (198, new(6000, 6, 80, 1, 180, 21)),
        (215, new(8500, 6, 80, 1, 180, 20)),
        (232, new(14000, 8, 80, 1, 180, 19)),
        (248, new(25000, 8, 90, 1, 180, 18)),
        (265, new(45000, 12, 100, 2, 180, 18)),
        (281, new(60000, 16, 120, 2, 180, 18)),
        (298, new(80000, 20, 150, 2, 180, 18)),
        (320, new(120000, 28, 150, 2, 180, 18)),
        (350, new(180000, 40, 150, 2, 180, 18)),
        (400, new(400000, 60, 200, 2, 180, 18)),
    ];

    /// <summary>For a number of so many bits, between the two nearest rows of the table.</summary>
    public static SieveParameters For(int bits)
    {
        bits = Math.Clamp(bits, Table[0].Bits, Table[^1].Bits);
        var row = 1;
        while (Table[row].Bits < bits)
            row++;
        var (low, high) = (Table[row - 1], Table[row]);
        var part = (double)(bits - low.Bits) / (high.Bits - low.Bits);
        return new(
            (int)Math.Round(low.At.Primes * Math.Pow((double)high.At.Primes / low.At.Primes, part)),
            Round(low.At.Blocks + (part * (high.At.Blocks - low.At.Blocks))),
            (int)Math.Round(low.At.LargePrimeFactor + (part * (high.At.LargePrimeFactor - low.At.LargePrimeFactor))),
            high.At.LargePrimes,
            (int)Math.Round(low.At.SmallestSieved + (part * (high.At.SmallestSieved - low.At.SmallestSieved))),
            low.At.Slack + (part * (high.At.Slack - low.At.Slack)));
    }

    private static double Round(double blocks) =>
        blocks >= 1 ? Math.Round(blocks) : Math.Ceiling(blocks * PartsOfBlock) / PartsOfBlock;
}
