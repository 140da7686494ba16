using System.Buffers;

namespace Turnstile.Numerics;

/// <summary>
/// A resumable computation. It works in slices, can be written down between slices and picked up elsewhere, and
/// gives the same answer however it was sliced and however often it was restored.
/// </summary>
/// <remarks>
/// A kernel is used by one thread at a time and owns whatever native memory it needs: dispose it. It never looks at
/// a clock; how long a slice lasts is the <see cref="SliceBudget"/>'s business.
/// </remarks>
/// <typeparam name="TResult">What is computed.</typeparam>
public interface IKernel<out TResult> : IKernel
    where TResult : class
{
    /// <summary>
    /// The answer; complete once <see cref="IKernel.Step"/> returned true, and what is known so far before.
    /// </summary>
    TResult Result { get; }
}

/// <inheritdoc cref="IKernel{TResult}"/>
public interface IKernel : IDisposable
{
    /// <summary>
    /// Works until the computation is finished or <paramref name="budget"/> is spent, whichever is first. It asks the
    /// budget at least once in 5 ms of work, so that the overshoot stays under 20 ms. It makes progress however
    /// small the budget is.
    /// </summary>
    /// <returns>True once the computation is finished.</returns>
    /// <exception cref="InvalidDataException">
    /// The checkpoint that <see cref="Restore"/> took is of a version with other parameters, which shows when it is
    /// taken up.
    /// </exception>
    bool Step(SliceBudget budget);

    /// <summary>An estimate of the part that is done, from 0 to 1; never falls.</summary>
    double Progress { get; }

    /// <summary>
    /// Writes the state between two slices, compactly. Writes nothing where starting over is cheaper than reading it
    /// back. The same kernel, made for the same input, continues from it by <see cref="Restore"/>.
    /// </summary>
    void WriteCheckpoint(IBufferWriter<byte> writer);

    /// <summary>
    /// Continues from what <see cref="WriteCheckpoint"/> wrote; to be called before the first <see cref="Step"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The checkpoint is not of this kernel, this input or this version.
    /// </exception>
    void Restore(ReadOnlySpan<byte> checkpoint);
}
