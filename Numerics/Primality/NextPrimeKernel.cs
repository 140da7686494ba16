using System.Buffers;
using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// The smallest prime above a number: candidates are sieved by small primes a window at a time, survivors tested. Its
/// checkpoint is the distance it has searched.
/// </summary>
internal sealed class NextPrimeKernel : PiecewiseKernel<DecimalDigits>
{
    private const int WindowOdds = 1 << 12;

    // Checkpoints of long searches only: below, starting over takes less than a second.
    private const int CheckpointBitsMin = 1_000;

    private readonly BigInteger _number;
    private readonly LimbArithmetic _arithmetic;
    private readonly double _usualGap;
    private long _searched;
    private DecimalDigits? _result;

    public NextPrimeKernel(BigInteger number, LimbArithmetic arithmetic)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        _number = number;
        _arithmetic = arithmetic;
        _usualGap = Math.Max(1, BigInteger.Log(BigInteger.Max(number, 2)));
    }

    public override DecimalDigits Result => _result ?? new DecimalDigits(ReadOnlyMemory<byte>.Empty);

    public override void WriteCheckpoint(IBufferWriter<byte> writer)
    {
        if (_number.GetBitLength() < CheckpointBitsMin || _searched == 0)
            return;
        var output = new CheckpointWriter(writer, CheckpointKind.NextPrime, _number);
        output.Write(_searched);
        output.End();
    }

    public override void Restore(ReadOnlySpan<byte> checkpoint)
    {
        if (checkpoint.IsEmpty)
            return;
        var input = new CheckpointReader(checkpoint, CheckpointKind.NextPrime, _number);
        _searched = input.ReadInt64();
        input.End();
    }

    protected override IEnumerable<double> Work()
    {
        if (_number < 2)
        {
            _result = DecimalText.Format(2);
            yield break;
        }

        var base0 = _number + (_number.IsEven ? 1 : 2);
        while (true)
        {
            var start = base0 + _searched;
            var composite = Sieve(start);
            yield return Estimate();
            for (var i = (int)0; i < WindowOdds; i++)
            {
                if (composite[i])
                    continue;
                var candidate = start + (2 * i);
                var isPrime = false;
                foreach (var _ in Test(candidate, answer => isPrime = answer))
                    yield return Estimate();
                if (isPrime)
                {
                    _result = DecimalText.Format(candidate);
                    yield break;
                }
            }

            _searched += 2 * WindowOdds;
        }
    }

    // The distance to the next prime is about exponentially distributed with the usual gap as its mean.
    private double Estimate() => 1 - Math.Exp(-_searched / _usualGap);

    private IEnumerable<double> Test(BigInteger candidate, Action<bool> answer)
    {
        if (candidate < WordPrimality.Bound)
        {
            answer(WordPrimality.IsPrime((UInt128)candidate));
            yield break;
        }

        var test = new BailliePsw(candidate, _arithmetic);
        foreach (var part in test.Work())
            yield return part;
        answer(test.IsProbablePrime);
    }

    /// <summary>
    /// Marks the composites among odd numbers from <paramref name="start"/> that have a small prime factor.
    /// </summary>
    private bool[] Sieve(BigInteger start)
    {
        var composite = new bool[WindowOdds];
        var limbs = Limbs.From(start);
        foreach (var prime in PrimeSieve.Small.AsSpan(1))
        {
            // A prime must not be struck out by itself.
            if (limbs.Length == 1 && (ulong)prime * prime > limbs[0] + (2 * WindowOdds))
                break;
            var remainder = (int)_arithmetic.Remainder(limbs, prime);
            var distance = remainder == 0 ? 0 : prime - remainder;
            var odd = (distance & 1) == 0 ? distance / 2 : (distance + prime) / 2;
            for (; odd < WindowOdds; odd += prime)
                if (limbs.Length > 1 || limbs[0] + (2 * (ulong)odd) != prime)
                    composite[odd] = true;
        }

        return composite;
    }
}
