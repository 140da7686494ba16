namespace Turnstile.Grains.Storage;

/// <summary>
/// The open transaction that a <see cref="BatchWriter{TOp,TResult}"/> is handed. All that happens in it is committed
/// together or not at all. Valid only until the writer returns.
/// </summary>
public abstract class Transaction
{
    private protected Transaction()
    {
    }

    /// <summary>Runs a statement for all of <paramref name="inputs"/>, in order.</summary>
    /// <returns>How many table rows were added, changed or removed.</returns>
    public abstract ValueTask<int> Execute<TInput>(Statement<TInput> statement, IReadOnlyList<TInput> inputs);

    /// <summary>Runs a query for all of <paramref name="inputs"/>.</summary>
    /// <returns>What all of them answered, in no order: have the query return the key.</returns>
    public abstract ValueTask<List<TResult>> Query<TInput, TResult>(
        Query<TInput, TResult> query, IReadOnlyList<TInput> inputs);

    /// <inheritdoc cref="Execute{TInput}(Statement{TInput}, IReadOnlyList{TInput})"/>
    public ValueTask<int> Execute<TInput>(Statement<TInput> statement, TInput input) => Execute(statement, [input]);

    /// <inheritdoc cref="Query{TInput,TResult}(Query{TInput,TResult}, IReadOnlyList{TInput})"/>
    public ValueTask<List<TResult>> Query<TInput, TResult>(Query<TInput, TResult> query, TInput input) =>
        Query(query, [input]);
}
