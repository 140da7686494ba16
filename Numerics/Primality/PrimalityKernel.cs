using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// Whether a number is prime: proved where that is cheap (below 2^81 always, above where the number before it falls
/// apart easily), by a strong Baillie-PSW test elsewhere.
/// </summary>
internal sealed class PrimalityKernel : PiecewiseKernel<Primality>
{
    private static readonly Primality Composite = new(false, PrimalityProof.Deterministic);

    // Where a proof begins, if one is tried; most end at once.
    private const double ProofPart = 0.9;

    private readonly BigInteger _number;
    private readonly LimbArithmetic _arithmetic;
    private Primality? _result;

    public PrimalityKernel(BigInteger number, LimbArithmetic arithmetic)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        _number = number;
        _arithmetic = arithmetic;
    }

    /// <summary>The answer; not prime, and proved so, is what stands there before.</summary>
    public override Primality Result => _result ?? Composite;

    protected override IEnumerable<double> Work()
    {
        if (Decide(_number) is { } known)
        {
            _result = known;
            if (known is not { IsPrime: true, Proof: PrimalityProof.BailliePsw })
                yield break;
            yield return ProofPart;
            foreach (var _ in Prove())
                yield return ProofPart;
            yield break;
        }

        var limbs = Limbs.From(_number);
        foreach (var product in PrimeProducts.All)
        {
            if (Words.CommonDivisor(_arithmetic.Remainder(limbs, product), product) != 1)
            {
                _result = Composite;
                yield break;
            }
        }

        var test = new BailliePsw(_number, _arithmetic);
        foreach (var part in test.Work())
            yield return ProofPart * part;
        _result = test.IsProbablePrime ? new(true, PrimalityProof.BailliePsw) : Composite;
        foreach (var _ in test.IsProbablePrime ? Prove() : [])
            yield return ProofPart;
    }

    private IEnumerable<bool> Prove()
    {
        var proof = new PredecessorProof(_number, _arithmetic);
        foreach (var piece in proof.Work())
            yield return piece;
        if (proof.IsProved)
            _result = new(true, PrimalityProof.Deterministic);
    }

    /// <summary>The answer for numbers below 2^127 and for even ones; null for others.</summary>
    private static Primality? Decide(BigInteger number)
    {
        if (number.IsEven && number != 2)
            return Composite;
        if (number >= WordPrimality.Bound)
            return null;
        var word = (UInt128)number;
        if (!WordPrimality.IsPrime(word))
            return Composite;
        var proved = word >> 64 == 0
            || (word < MillerRabin.ThirteenBasesBound && MillerRabin.IsPrime(new Montgomery128(word), word));
        return new(true, proved ? PrimalityProof.Deterministic : PrimalityProof.BailliePsw);
    }
}
