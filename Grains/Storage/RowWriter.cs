namespace Turnstile.Grains.Storage;

/// <summary>
/// The common case of a <see cref="BatchWriter{TOp,TResult}"/>: rows for one statement. Rows handed over together are
/// stored together or not at all.
/// </summary>
public sealed class RowWriter<TRow>
{
    private readonly BatchWriter<Rows, None> _writer;
    private readonly Statement<TRow> _statement;

    // Used by the writing thread alone.
    private readonly List<TRow> _flat = [];

    internal RowWriter(GroupCommit writes, string name, Statement<TRow> statement)
    {
        _statement = statement;
        _writer = writes.CreateWriter<Rows, None>(name, Write);
    }

    /// <inheritdoc cref="BatchWriter{TOp,TResult}.Write"/>
    public Task Write(TRow row) => _writer.Write(new Rows(row, null));

    /// <inheritdoc cref="BatchWriter{TOp,TResult}.Write"/>
    public Task Write(IReadOnlyList<TRow> rows) =>
        rows.Count == 0 ? Task.CompletedTask : _writer.Write(new Rows(default, rows), rows.Count);

    private async ValueTask Write(Transaction transaction, IReadOnlyList<Rows> batch, None[] results)
    {
        _flat.Clear();
        foreach (Rows rows in batch)
        {
            if (rows.Many is null)
                _flat.Add(rows.One!);
            else
                _flat.AddRange(rows.Many);
        }

        await transaction.Execute(_statement, _flat);
    }

    private readonly record struct Rows(TRow? One, IReadOnlyList<TRow>? Many);
}
