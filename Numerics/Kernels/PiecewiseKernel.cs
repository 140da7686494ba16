using System.Buffers;

namespace Turnstile.Numerics;

/// <summary>
/// A kernel written as a sequence of pieces: an iterator that yields the part done so far whenever it may be stopped.
/// </summary>
internal abstract class PiecewiseKernel<TResult> : IKernel<TResult>
    where TResult : class
{
    private IEnumerator<double>? _pieces;
    private bool _finished;

    public abstract TResult Result { get; }

    public double Progress { get; private set; }

    public bool Step(SliceBudget budget)
    {
        if (_finished)
            return true;
        _pieces ??= Work().GetEnumerator();
        do
        {
            if (!_pieces.MoveNext())
            {
                _finished = true;
                Progress = 1;
                return true;
            }

            Progress = Math.Max(Progress, Math.Min(_pieces.Current, 1));
        }
        while (!budget.IsSpent);
        return false;
    }

    public virtual void WriteCheckpoint(IBufferWriter<byte> writer)
    {
        // Most kernels are cheaper to start over.
    }

    public virtual void Restore(ReadOnlySpan<byte> checkpoint)
    {
        if (!checkpoint.IsEmpty)
            throw new InvalidDataException("This kernel writes no checkpoints.");
    }

    public void Dispose()
    {
        _pieces?.Dispose();
        Release();
    }

    /// <summary>The whole computation; a piece lasts a few milliseconds at most.</summary>
    protected abstract IEnumerable<double> Work();

    /// <summary>Gives back native memory.</summary>
    protected virtual void Release()
    {
    }
}
