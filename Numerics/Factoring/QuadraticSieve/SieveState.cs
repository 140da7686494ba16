using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>All of a sieve that has to be written down to continue it: the rest follows from the number.</summary>
/// <param name="primes">How many primes the factor base has.</param>
internal sealed class SieveState(int primes)
{
    // Relations beyond the primes that have to cancel: each one more halves the chance that all squares are trivial.
    // Small factor bases get by with fewer: trying again costs them little.
    private const int ExcessMax = 24;
    private const int PrimesForExcess = 16;

    /// <summary>An empty one for a number.</summary>
    public static SieveState For(BigInteger number) => new(SieveParameters.For((int)number.GetBitLength()).Primes);

    /// <summary>How many relations more than primes are wanted.</summary>
    public static int Excess(int primes) => Math.Min(ExcessMax, primes / PrimesForExcess);

    public Relations Relations { get; } = new(primes);

    /// <summary>How many independent relations are to be found.</summary>
    public int Wanted { get; set; } = primes + Excess(primes);

    /// <summary>How many there are to be where those that were found have not sufficed.</summary>
    public int WantedNext => Relations.Cycles + Excess(primes) + (primes / 32);

    /// <summary>The polynomial of the last family that is sieved next.</summary>
    public int NextPolynomial { get; set; }

    public void Write(CheckpointWriter output)
    {
        output.Write(primes);
        output.Write(Wanted);
        output.Write(NextPolynomial);
        Relations.Write(output);
    }

    /// <summary>To be called when all relations of a checkpoint are taken up: no sieve wants more beside them.</summary>
    public void CheckWanted()
    {
        if (Wanted > Math.Max(primes + Excess(primes), WantedNext))
            throw new InvalidDataException("The checkpoint's sieve wants more relations than there are to be.");
    }

    /// <summary>Continues from a checkpoint.</summary>
    public void Read(ref CheckpointReader input)
    {
        if (input.ReadCount(int.MaxValue) != primes)
            throw new InvalidDataException("The checkpoint is of a sieve with other parameters.");
        Wanted = input.ReadCount(int.MaxValue);
        NextPolynomial = input.ReadCount(int.MaxValue);
        Relations.Read(ref input);
    }
}
