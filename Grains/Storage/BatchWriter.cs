namespace Turnstile.Grains.Storage;

/// <summary>
/// Writes one kind of change of one store, many callers' changes at a time. Made by
/// <see cref="GroupCommit.CreateWriter{TOp,TResult}"/>.
/// </summary>
/// <typeparam name="TOp">One caller's change; atomic, however many rows it touches.</typeparam>
/// <typeparam name="TResult">What its caller learns.</typeparam>
public sealed class BatchWriter<TOp, TResult> : BatchWriter
{
    private readonly GroupCommit _writes;
    private readonly Func<Transaction, IReadOnlyList<TOp>, TResult[], ValueTask> _write;

    // Used by the writing thread alone, while it runs a transaction.
    private readonly List<PendingWrite<TOp, TResult>> _batch = [];
    private readonly List<TOp> _ops = [];

    internal BatchWriter(
        GroupCommit writes,
        string name,
        int order,
        bool isPatient,
        Func<Transaction, IReadOnlyList<TOp>, TResult[], ValueTask> write)
        : base(name, order, isPatient)
    {
        _writes = writes;
        _write = write;
    }

    /// <summary>Takes the change in; the task completes once it is committed and synced, on the thread pool.</summary>
    /// <param name="op">The change. It must not be altered until the task completes.</param>
    /// <param name="rows">About how many rows it writes, at least 1; what the limits count.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is not positive.</exception>
    /// <exception cref="StorageUnavailableException">In the task: the database is away, or too much waits
    /// already.</exception>
    /// <exception cref="StorageException">In the task: the database refused this change; others are not
    /// affected.</exception>
    public Task<TResult> Write(TOp op, int rows = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        var pending = new PendingWrite<TOp, TResult>(this, op, rows);
        _writes.Enqueue(pending);
        return Traces.Await(pending.Task, "storage write", Name);
    }

    internal override void Clear()
    {
        _batch.Clear();
        _ops.Clear();
    }

    internal override async ValueTask Run(Transaction transaction)
    {
        var results = new TResult[_ops.Count];
        await _write(transaction, _ops, results);
        for (int i = 0; i < results.Length; i++)
            _batch[i].Outcome = results[i];
    }

    internal void Add(PendingWrite<TOp, TResult> pending)
    {
        _batch.Add(pending);
        _ops.Add(pending.Op);
    }
}

/// <inheritdoc cref="BatchWriter{TOp,TResult}"/>
public abstract class BatchWriter
{
    private protected BatchWriter(string name, int order, bool isPatient)
    {
        Name = name;
        Order = order;
        IsPatient = isPatient;
    }

    /// <summary>What is written, for logs and messages.</summary>
    public string Name { get; }

    /// <summary>The place in a transaction: writers run in the order in which they were made.</summary>
    internal int Order { get; }

    /// <summary>Where many come, its changes may wait for others.</summary>
    internal bool IsPatient { get; }

    internal abstract void Clear();

    internal abstract ValueTask Run(Transaction transaction);
}
