using System.Numerics;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute.Scheduling;

/// <summary>
/// What a slice of a job will cost, guessed from jobs of the same operation and size. A guess decides only what is
/// charged in advance and how far short jobs are granted ahead; what counts in the end is the measured time.
/// </summary>
/// <param name="sliceSeconds">The longest slice, which is also the guess about a size never seen.</param>
internal sealed class CostModel(double sliceSeconds)
{
    // A guess follows one observation in eight: soon enough for a change of machine, steady against one odd number.
    private const double Gain = 1.0 / 8;
    private const int ExactDigitsMax = 64;
    private const int Classes = 96;
    private const int Operations = 4;

    private readonly double[] _expected = Enumerable.Repeat(sliceSeconds, Operations * Classes).ToArray();

    public double Expected(QueuedJob job, bool started) =>
        started ? sliceSeconds : Math.Min(sliceSeconds, _expected[Class(job)]);

    /// <summary>The first slice of a job took so long, or several in a row while its caller was alone.</summary>
    public void Observe(QueuedJob job, double seconds)
    {
        ref double expected = ref _expected[Class(job)];
        expected += (Math.Min(seconds, sliceSeconds) - expected) * Gain;
    }

    private static int Class(QueuedJob job)
    {
        // Factorials cost by the number's value, everything else by its length.
        int size = job.Digits <= ExactDigitsMax
            ? job.Digits
            : Math.Min(Classes - 1, ExactDigitsMax + (2 * BitOperations.Log2((uint)job.Digits / ExactDigitsMax)));
        return ((int)job.Operation * Classes) + size;
    }
}
