namespace Turnstile.Grains.Storage;

/// <summary>
/// Names the inputs of a statement, their types, and where in <typeparamref name="TInput"/> they are found.
/// </summary>
/// <remarks>Times are stored as integers of microseconds since 1970 in UTC, truth values as 0 and 1.</remarks>
public sealed class Columns<TInput>
{
    private readonly List<Column<TInput>> _columns = [];

    /// <summary>A 64-bit integer.</summary>
    public Columns<TInput> Integer(string name, Func<TInput, long> value) =>
        Add(new IntegerColumn<TInput>(name, value));

    /// <summary>A 64-bit integer, or null.</summary>
    public Columns<TInput> IntegerOrNull(string name, Func<TInput, long?> value) =>
        Add(new NullableIntegerColumn<TInput>(name, value));

    /// <summary>A floating-point number of 64 bits.</summary>
    public Columns<TInput> Real(string name, Func<TInput, double> value) => Add(new RealColumn<TInput>(name, value));

    /// <summary>A floating-point number of 64 bits, or null.</summary>
    public Columns<TInput> RealOrNull(string name, Func<TInput, double?> value) =>
        Add(new NullableRealColumn<TInput>(name, value));

    /// <summary>Unicode text without U+0000 (PostgreSQL has no place for it), or null.</summary>
    public Columns<TInput> Text(string name, Func<TInput, string?> value) => Add(new TextColumn<TInput>(name, value));

    /// <summary>The same text in UTF-8, null where it is empty: for rows that are kept so.</summary>
    internal Columns<TInput> Utf8(string name, Utf8Of<TInput> value) => Add(new Utf8Column<TInput>(name, value));

    /// <summary>Bytes, or null.</summary>
    public Columns<TInput> Bytes(string name, Func<TInput, byte[]?> value) => Add(new BytesColumn<TInput>(name, value));

    internal Column<TInput>[] ToArray() => [.. _columns];

    private Columns<TInput> Add(Column<TInput> column)
    {
        _columns.Add(column);
        return this;
    }
}
