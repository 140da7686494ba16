using System.Text;
using Npgsql;
using NpgsqlTypes;
using Turnstile.Grains.Storage.Sqlite;

namespace Turnstile.Grains.Storage;

/// <summary>
/// One input of a statement: how it is handed to SQLite row by row, and to PostgreSQL as a value or an array.
/// </summary>
internal abstract class Column<TInput>(string name, string postgresType)
{
    public string Name => name;

    public string PostgresType => postgresType;

    public abstract void Bind(SqliteStatement statement, int index, TInput input);

    public abstract NpgsqlParameter Value(TInput input);

    public abstract NpgsqlParameter Array(IReadOnlyList<TInput> inputs);

    protected static NpgsqlParameter Value<T>(NpgsqlDbType type, T value) =>
        value is null
            ? new NpgsqlParameter { NpgsqlDbType = type, Value = DBNull.Value }
            : new NpgsqlParameter<T> { NpgsqlDbType = type, TypedValue = value };

    protected static NpgsqlParameter Array<T>(NpgsqlDbType type, IReadOnlyList<TInput> inputs, Func<TInput, T> value)
    {
        var values = new T[inputs.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = value(inputs[i]);
        return new NpgsqlParameter<T[]> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values };
    }
}

internal sealed class IntegerColumn<TInput>(string name, Func<TInput, long> value) : Column<TInput>(name, "bigint")
{
    public override void Bind(SqliteStatement statement, int index, TInput input) =>
        statement.Bind(index, value(input));

    public override NpgsqlParameter Value(TInput input) => Value(NpgsqlDbType.Bigint, value(input));

    public override NpgsqlParameter Array(IReadOnlyList<TInput> inputs) => Array(NpgsqlDbType.Bigint, inputs, value);
}

internal sealed class NullableIntegerColumn<TInput>(string name, Func<TInput, long?> value)
    : Column<TInput>(name, "bigint")
{
    public override void Bind(SqliteStatement statement, int index, TInput input)
    {
        if (value(input) is { } number)
            statement.Bind(index, number);
        else
            statement.BindNull(index);
    }

    public override NpgsqlParameter Value(TInput input) => Value(NpgsqlDbType.Bigint, value(input));

    public override NpgsqlParameter Array(IReadOnlyList<TInput> inputs) => Array(NpgsqlDbType.Bigint, inputs, value);
}

internal sealed class RealColumn<TInput>(string name, Func<TInput, double> value)
    : Column<TInput>(name, "double precision")
{
    public override void Bind(SqliteStatement statement, int index, TInput input) =>
        statement.Bind(index, value(input));

    public override NpgsqlParameter Value(TInput input) => Value(NpgsqlDbType.Double, value(input));

    public override NpgsqlParameter Array(IReadOnlyList<TInput> inputs) => Array(NpgsqlDbType.Double, inputs, value);
}

internal sealed class NullableRealColumn<TInput>(string name, Func<TInput, double?> value)
    : Column<TInput>(name, "double precision")
{
    public override void Bind(SqliteStatement statement, int index, TInput input)
    {
        if (value(input) is { } number)
            statement.Bind(index, number);
        else
            statement.BindNull(index);
    }

    public override NpgsqlParameter Value(TInput input) => Value(NpgsqlDbType.Double, value(input));

    public override NpgsqlParameter Array(IReadOnlyList<TInput> inputs) => Array(NpgsqlDbType.Double, inputs, value);
}

internal sealed class TextColumn<TInput>(string name, Func<TInput, string?> value) : Column<TInput>(name, "text")
{
    public override void Bind(SqliteStatement statement, int index, TInput input) =>
        statement.Bind(index, value(input));

    public override NpgsqlParameter Value(TInput input) => Value(NpgsqlDbType.Text, value(input));

    public override NpgsqlParameter Array(IReadOnlyList<TInput> inputs) => Array(NpgsqlDbType.Text, inputs, value);
}

/// <summary>Where the text is found in <typeparamref name="TInput"/>.</summary>
internal delegate ReadOnlySpan<byte> Utf8Of<TInput>(TInput input);

internal sealed class Utf8Column<TInput>(string name, Utf8Of<TInput> value) : Column<TInput>(name, "text")
{
    public override void Bind(SqliteStatement statement, int index, TInput input) =>
        statement.BindUtf8(index, value(input));

    public override NpgsqlParameter Value(TInput input) => Value(NpgsqlDbType.Text, Text(input));

    public override NpgsqlParameter Array(IReadOnlyList<TInput> inputs) => Array(NpgsqlDbType.Text, inputs, Text);

    private string? Text(TInput input) => value(input) is { IsEmpty: false } text ? Encoding.UTF8.GetString(text) : null;
}

internal sealed class BytesColumn<TInput>(string name, Func<TInput, byte[]?> value) : Column<TInput>(name, "bytea")
{
    public override void Bind(SqliteStatement statement, int index, TInput input) =>
        statement.Bind(index, value(input));

    public override NpgsqlParameter Value(TInput input) => Value(NpgsqlDbType.Bytea, value(input));

    public override NpgsqlParameter Array(IReadOnlyList<TInput> inputs) => Array(NpgsqlDbType.Bytea, inputs, value);
}
