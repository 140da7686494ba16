using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Turnstile.Compute;
using Turnstile.Numerics;

namespace Turnstile.Grains.Compute;

/// <summary>
/// The kernel of a job and the way from its answer to the job's result. Made and used on compute threads, by one at a time.
/// </summary>
internal abstract class JobComputation : IDisposable
{
    /// <summary>The part that is done, 0…1.</summary>
    public abstract double Progress { get; }

    /// <summary>The digits of the result where they are too many to be carried in it.</summary>
    public ReadOnlyMemory<byte> LargeValue { get; protected set; }

    public static JobComputation Create(JobOperation operation, string number) => operation switch
    {
        JobOperation.Factorize => new Computation<Factorization>(Kernels.Factorize(Parse(number)), ToResult),
        JobOperation.Factorial => new FactorialComputation(number),
        JobOperation.IsPrime => new Computation<Primality>(Kernels.IsPrime(Parse(number)), ToResult),
        JobOperation.NextPrime => new Computation<DecimalDigits>(Kernels.NextPrime(Parse(number)), ToResult),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "No such operation."),
    };

    /// <inheritdoc cref="IKernel.Step"/>
    public abstract bool Step(SliceBudget budget);

    /// <summary>The result once finished; before that what is known so far, or null where that is nothing.</summary>
    public abstract JobResult? Result(bool finished);

    /// <inheritdoc cref="IKernel.WriteCheckpoint"/>
    public abstract ReadOnlyMemory<byte> Checkpoint();

    /// <inheritdoc cref="IKernel.Restore"/>
    public abstract void Restore(ReadOnlySpan<byte> checkpoint);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    private static BigInteger Parse(string number) => BigInteger.Parse(number, CultureInfo.InvariantCulture);

    private static FactorizeResult ToResult(Factorization answer, bool finished) => new()
    {
        Factors =
        [
            .. answer.Factors.Select(f => new PrimeFactor
            {
                Prime = f.Prime.ToString(CultureInfo.InvariantCulture), Exponent = f.Exponent,
            }),
        ],
        Cofactor = answer.Cofactor?.ToString(CultureInfo.InvariantCulture),
    };

    private static IsPrimeResult? ToResult(Primality answer, bool finished) => !finished
        ? null
        : new IsPrimeResult
        {
            Prime = answer.IsPrime,
            Proof = answer.Proof == PrimalityProof.Deterministic ? "deterministic" : "bpsw",
        };

    private static NextPrimeResult? ToResult(DecimalDigits answer, bool finished) =>
        finished ? new NextPrimeResult { Value = Encoding.ASCII.GetString(answer.Ascii.Span) } : null;

    private class Computation<TAnswer>(IKernel<TAnswer> kernel, Func<TAnswer, bool, JobResult?> toResult) : JobComputation
        where TAnswer : class
    {
        public override double Progress => kernel.Progress;

        public override bool Step(SliceBudget budget) => kernel.Step(budget);

        public override JobResult? Result(bool finished) => toResult(kernel.Result, finished);

        public override ReadOnlyMemory<byte> Checkpoint()
        {
            var writer = new ArrayBufferWriter<byte>();
            kernel.WriteCheckpoint(writer);
            return writer.WrittenMemory;
        }

        public override void Restore(ReadOnlySpan<byte> checkpoint) => kernel.Restore(checkpoint);

        protected override void Dispose(bool disposing) => kernel.Dispose();
    }

    private sealed class FactorialComputation : Computation<DecimalDigits>
    {
        // As many digits as a body of 1 MiB holds; longer values are streamed.
        private const int InlineDigitsMax = 1 << 20;

        private readonly string _number;
        private readonly IKernel<DecimalDigits> _kernel;

        public FactorialComputation(string number)
            : this(number, Kernels.Factorial(int.Parse(number, CultureInfo.InvariantCulture)))
        {
        }

        private FactorialComputation(string number, IKernel<DecimalDigits> kernel)
            : base(kernel, static (_, _) => null)
        {
            _number = number;
            _kernel = kernel;
        }

        public override JobResult? Result(bool finished)
        {
            if (!finished)
            {
                return null;
            }

            ReadOnlyMemory<byte> digits = _kernel.Result.Ascii;
            bool inline = digits.Length <= InlineDigitsMax;
            LargeValue = inline ? default : digits;
            return new FactorialResult
            {
                Number = _number,
                Value = inline ? Encoding.ASCII.GetString(digits.Span) : null,
                Digits = digits.Length,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(digits.Span)),
            };
        }
    }
}
