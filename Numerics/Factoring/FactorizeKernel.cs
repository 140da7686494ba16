using System.Buffers;
using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// All prime factors of a number: small primes by division, then for every part that is not prime its perfect power,
/// elliptic curves for factors that stand out, and the quadratic sieve. The sieve's relations and the curves tried
/// are the checkpoint.
/// </summary>
/// <remarks>
/// Numbers too large for the sieve are searched for small factors and then left as
/// <see cref="Factorization.Cofactor"/>.
/// </remarks>
internal sealed class FactorizeKernel : PiecewiseKernel<Factorization>
{
    private readonly BigInteger _number;
    private readonly LimbArithmetic _arithmetic;
    private readonly SortedDictionary<BigInteger, int> _primes = [];
    private readonly Stack<(BigInteger Part, int Exponent)> _parts = new();
    private readonly List<(BigInteger Part, int Exponent)> _unsplit = [];
    private CompositeSplitter? _splitter;
    private double _doneBits;
    private bool _isDivided;

    public FactorizeKernel(BigInteger number, LimbArithmetic arithmetic)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, BigInteger.One);
        _number = number;
        _arithmetic = arithmetic;
        _parts.Push((number, 1));
    }

    /// <summary>What is known so far: all that is not yet split is the cofactor.</summary>
    public override Factorization Result
    {
        get
        {
            var rest = BigInteger.One;
            foreach (var (part, exponent) in _parts.Concat(_unsplit))
                rest *= BigInteger.Pow(part, exponent);
            return new([.. _primes.Select(prime => new PrimePower(prime.Key, prime.Value))], rest.IsOne ? null : rest);
        }
    }

    public override void WriteCheckpoint(IBufferWriter<byte> writer)
    {
        if (_splitter is null || _parts.Count == 0)
            return;
        var output = new CheckpointWriter(writer, CheckpointKind.Factorization, _number);
        Write(output, [.. _primes.Select(prime => (prime.Key, prime.Value))]);
        Write(output, _unsplit);
        Write(output, [.. _parts.Reverse()]);
        _splitter.Write(output);
        output.End();
    }

    public override void Restore(ReadOnlySpan<byte> checkpoint)
    {
        if (checkpoint.IsEmpty)
            return;
        var input = new CheckpointReader(checkpoint, CheckpointKind.Factorization, _number);
        foreach (var (prime, exponent) in Read(ref input))
            Found(prime, exponent);
        _unsplit.AddRange(Read(ref input));
        _parts.Clear();
        foreach (var part in Read(ref input))
            _parts.Push(part);
        if (_parts.Count == 0 || Product() != _number)
            throw new InvalidDataException("The checkpoint's factors are not those of the number.");
        if (_parts.Any(part => part.Part.IsEven) || !CanBeSplit(_parts.Peek().Part))
            throw new InvalidDataException("The checkpoint's parts are none that are left to be split.");
        _isDivided = true;
        _splitter = new CompositeSplitter(_parts.Peek().Part);
        _splitter.Read(ref input);
        input.End();
    }

    protected override IEnumerable<double> Work()
    {
        if (!_isDivided)
            foreach (var _ in Divide())
                yield return 0;
        _isDivided = true;
        while (_parts.Count > 0)
        {
            if (_splitter is null)
            {
                var (part, exponent) = _parts.Peek();
                var isDone = false;
                foreach (var _ in TryFinish(part, exponent, done => isDone = done))
                    yield return Part(0);
                if (isDone)
                    continue;
                _splitter = new CompositeSplitter(part);
            }

            foreach (var part in _splitter.Work())
                yield return Part(part);
            Split(_splitter.Divisor);
            _splitter.Dispose();
            _splitter = null;
        }
    }

    protected override void Release() => _splitter?.Dispose();

    // Progress counts the bits whose primes are known; the part being split adds what of it is done.
    private double Part(double current)
    {
        var all = Math.Max(1, _number.GetBitLength());
        return (_doneBits + (_parts.TryPeek(out var top) ? current * top.Part.GetBitLength() * top.Exponent : 0)) / all;
    }

    private IEnumerable<bool> Divide()
    {
        var division = new TrialDivision(_number, _arithmetic);
        foreach (var piece in division.Work())
            yield return piece;
        _parts.Clear();
        foreach (var (prime, exponent) in division.Found)
            Found(prime, exponent);
        if (!division.Rest.IsOne)
            _parts.Push((division.Rest, 1));
    }

    // Of a prime, or a power of one, a sieve finds nothing but trivial squares, for ever. Numbers too long for it are only tried.
    private bool CanBeSplit(BigInteger part)
    {
        if (part.GetBitLength() > CompositeSplitter.SieveBitsMax)
            return true;
        if (part < WordPrimality.Bound)
            return !WordPrimality.IsPrime((UInt128)part) && !IsPower(part);
        var test = new BailliePsw(part, _arithmetic);
        test.Work().RunToEnd();
        return !test.IsProbablePrime && !IsPower(part);
    }

    private bool IsPower(BigInteger part) => PerfectPower.Of(part, TrialDivision.SmallestLeft(_number)).Exponent > 1;

    // Primes and perfect powers need no splitting.
    private IEnumerable<bool> TryFinish(BigInteger part, int exponent, Action<bool> answer)
    {
        var isPrime = false;
        if (part < WordPrimality.Bound)
        {
            isPrime = WordPrimality.IsPrime((UInt128)part);
        }
        else
        {
            var test = new BailliePsw(part, _arithmetic);
            foreach (var _ in test.Work())
                yield return true;
            isPrime = test.IsProbablePrime;
        }

        if (isPrime)
        {
            _parts.Pop();
            Found(part, exponent);
            answer(true);
            yield break;
        }

        var (root, power) = PerfectPower.Of(part, TrialDivision.SmallestLeft(_number));
        if (power > 1)
        {
            _parts.Pop();
            _parts.Push((root, exponent * power));
        }

        answer(power > 1);
    }

    private void Split(BigInteger? divisor)
    {
        var (part, exponent) = _parts.Pop();
        if (divisor is not { } one)
        {
            _unsplit.Add((part, exponent));
            _doneBits += part.GetBitLength() * (double)exponent;
            return;
        }

        _parts.Push((part / one, exponent));
        _parts.Push((one, exponent));
    }

    private void Found(BigInteger prime, int exponent)
    {
        _primes[prime] = _primes.GetValueOrDefault(prime) + exponent;
        _doneBits += prime.GetBitLength() * (double)exponent;
    }

    private BigInteger Product()
    {
        var product = BigInteger.One;
        foreach (var (prime, exponent) in _primes)
            product *= BigInteger.Pow(prime, exponent);
        foreach (var (part, exponent) in _parts.Concat(_unsplit))
            product *= BigInteger.Pow(part, exponent);
        return product;
    }

    private static void Write(CheckpointWriter output, List<(BigInteger Part, int Exponent)> parts)
    {
        output.Write(parts.Count);
        foreach (var (part, exponent) in parts)
        {
            output.Write(part);
            output.Write(exponent);
        }
    }

    // None longer than the number, or else to multiply them would take longer than to begin anew.
    private List<(BigInteger Part, int Exponent)> Read(ref CheckpointReader input)
    {
        var left = _number.GetBitLength();
        var parts = new List<(BigInteger Part, int Exponent)>();
        for (var count = input.ReadCount(int.MaxValue); count > 0; count--)
        {
            var (part, exponent) = (input.ReadNatural(), input.ReadCount((int)left));
            left -= (part.GetBitLength() - 1) * exponent;
            if (part <= 1 || exponent == 0 || left < 0)
                throw new InvalidDataException("The checkpoint's factors are not those of the number.");
            parts.Add((part, exponent));
        }

        return parts;
    }
}
