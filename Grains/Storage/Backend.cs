namespace Turnstile.Grains.Storage;

/// <summary>
/// What differs between the databases. Every failure leaves here as a <see cref="StorageException"/>.
/// </summary>
internal abstract class Backend : IAsyncDisposable
{
    /// <summary>Makes sure that the database is there and, where it is a file, that nobody else uses it.</summary>
    public abstract ValueTask Open(CancellationToken cancellation);

    /// <summary>Begins the one transaction that writes. There is never a second at the same time.</summary>
    public abstract ValueTask<BackendTransaction> Begin();

    /// <summary>The first row that the query answers, or the default of <typeparamref name="TResult"/>.</summary>
    public abstract ValueTask<TResult?> First<TInput, TResult>(Query<TInput, TResult> query, TInput input);

    /// <summary>What the query answers for all inputs, seen at one moment.</summary>
    public abstract Task<List<TResult>> List<TInput, TResult>(
        Query<TInput, TResult> query, IReadOnlyList<TInput> inputs);

    /// <summary>The same for few inputs: where the database is a file, on the caller's thread.</summary>
    public abstract ValueTask<List<TResult>> ListFew<TInput, TResult>(
        Query<TInput, TResult> query, IReadOnlyList<TInput> inputs);

    public abstract ValueTask DisposeAsync();
}

/// <summary>A transaction as its owner sees it. Disposing one that is not committed undoes it.</summary>
internal abstract class BackendTransaction : Transaction, IAsyncDisposable
{
    /// <summary>Keeps everybody else who migrates out until this transaction ends.</summary>
    public abstract ValueTask LockSchema();

    /// <summary>Runs a text of several statements, already in this database's dialect.</summary>
    public abstract ValueTask Script(string sql);

    /// <summary>When it returns, everything done in the transaction is on disk.</summary>
    public abstract ValueTask Commit();

    public abstract ValueTask DisposeAsync();
}
