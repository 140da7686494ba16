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

    // Primes struck out in a piece: two milliseconds' worth for ten thousand digits without libgmp.
    private const int PiecePrimes = 1 << 8;

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
            var limbs = Limbs.From(start);
            var composite = new bool[WindowOdds];
            for (var from = 1; from < PrimeSieve.Small.Length; from += PiecePrimes)
            {
                Strike(limbs, PrimeSieve.Small.AsSpan(from, Math.Min(PiecePrimes, PrimeSieve.Small.Length - from)), composite);
                yield return Estimate();
            }

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
    /// Marks the composites among odd numbers from the one in <paramref name="limbs"/> on that have one of some small prime
    /// factors.
    /// </summary>
    private void Strike(ulong[] limbs, ReadOnlySpan<ushort> primes, bool[] composite)
    {
        foreach (var prime in primes)
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
    }
}
