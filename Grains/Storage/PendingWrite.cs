namespace Turnstile.Grains.Storage;

/// <summary>
/// A change on its way: from its caller through the queue into a transaction, and the task that tells its end.
/// </summary>
internal abstract class PendingWrite(int rows)
{
    public int Rows => rows;

    public abstract BatchWriter Writer { get; }

    /// <summary>Set by the writing thread once the change is committed or has failed.</summary>
    public bool Settled { get; set; }

    /// <summary>Why it is not committed.</summary>
    public Exception? Failure { get; protected set; }

    public void Fail(Exception failure)
    {
        Failure = failure;
        Settled = true;
    }

    /// <summary>Hands the change to its writer for the transaction that is being put together.</summary>
    public abstract void Join();

    /// <summary>Completes the caller's task.</summary>
    public abstract void Tell();
}

/// <inheritdoc/>
internal sealed class PendingWrite<TOp, TResult>(BatchWriter<TOp, TResult> writer, TOp op, int rows)
    : PendingWrite(rows)
{
    private readonly TaskCompletionSource<TResult> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Task => _end.Task;

    public TOp Op => op;

    /// <summary>Set in the transaction, told to the caller only after its commit.</summary>
    public TResult Outcome { get; set; } = default!;

    public override BatchWriter Writer => writer;

    public override void Join() => writer.Add(this);

    public override void Tell()
    {
        if (Failure is null)
            _end.SetResult(Outcome);
        else
            _end.SetException(Failure);
    }
}
