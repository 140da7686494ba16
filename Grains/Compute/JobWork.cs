using Turnstile.Compute;
using Turnstile.Numerics;

namespace Turnstile.Grains.Compute;

/// <summary>
/// The work of a job on its way: its computation, made at the first slice, and what is known of it between slices. Slices
/// run on compute threads, one at a time; everything else is used by the job's grain between them.
/// </summary>
internal sealed class JobWork(JobOperation operation, string number, ReadOnlyMemory<byte> checkpoint) : IDisposable
{
    private JobComputation? _computation;
    private double _progress;
    private bool _restored;

    /// <summary>The part that is done, 0…1; also read while a slice runs.</summary>
    public double Progress => Volatile.Read(ref _progress);

    /// <summary>The result, once finished.</summary>
    public JobResult? Result { get; private set; }

    /// <summary>The digits that are too many for the result, once finished.</summary>
    public ReadOnlyMemory<byte> LargeValue => _computation?.LargeValue ?? default;

    /// <summary>Set before a slice: it shall leave a checkpoint behind if it does not finish.</summary>
    public bool CheckpointWanted { get; set; }

    /// <summary>What the last slice left behind; empty where nothing.</summary>
    public ReadOnlyMemory<byte> Checkpoint { get; private set; }

    /// <summary>The checkpoint could not be used and the work began anew; to be cleared by whoever has told it.</summary>
    public Exception? RestoreFailure { get; set; }

    /// <summary>Runs a slice.</summary>
    public bool Step(SliceBudget budget)
    {
        _computation ??= Create();
        bool finished;
        try
        {
            finished = _computation.Step(budget);
        }
        catch (InvalidDataException e) when (_restored)
        {
            // A long checkpoint is taken up in the slices.
            finished = false;
            _computation = Anew(e);
        }

        Volatile.Write(ref _progress, _computation.Progress);
        Checkpoint = default;
        if (finished)
        {
            Result = _computation.Result(finished: true);
        }
        else if (CheckpointWanted)
        {
            Checkpoint = _computation.Checkpoint();
        }

        return finished;
    }

    /// <summary>What is known so far; null where that is nothing.</summary>
    public JobResult? Partial() => _computation?.Result(finished: false);

    /// <summary>The state as it is now, between slices.</summary>
    public ReadOnlyMemory<byte> Suspend() => _computation?.Checkpoint() ?? default;

    public void Dispose() => _computation?.Dispose();

    private JobComputation Create()
    {
        JobComputation computation = JobComputation.Create(operation, number);
        if (checkpoint.IsEmpty)
        {
            return computation;
        }

        try
        {
            computation.Restore(checkpoint.Span);
            _restored = true;
            return computation;
        }
        catch (InvalidDataException e)
        {
            _computation = computation;
            return Anew(e);
        }
    }

    /// <summary>The checkpoint is of an older version of the kernel: nothing is lost but time.</summary>
    private JobComputation Anew(InvalidDataException failure)
    {
        RestoreFailure = failure;
        _restored = false;
        _computation!.Dispose();
        return JobComputation.Create(operation, number);
    }
}
