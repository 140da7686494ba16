using Turnstile.Grains.Storage.Sqlite;

namespace Turnstile.Grains.Storage;

/// <summary>
/// One SQL text for both databases, with named and typed inputs. Make each once, as a <c>static readonly</c> field of
/// its store: every connection keeps it parsed for as long as the connection lives.
/// </summary>
/// <remarks>
/// <para>The text takes its inputs in one of two ways.</para>
/// <para>
/// From a relation called <c>rows</c>, whose columns are the inputs: <c>INSERT INTO jobs (id, caller) SELECT id, caller
/// FROM rows</c>. For a list of inputs PostgreSQL runs it once over all of them and SQLite over some dozens at a time. This
/// is the way to write and read many rows. Such a text does not begin with <c>WITH</c> of its own; before
/// <c>ON CONFLICT</c> it says <c>WHERE true</c>, without which SQLite takes <c>ON</c> for a join's.
/// </para>
/// <para>
/// As parameters: <c>DELETE FROM jobs WHERE finished_at &lt; @before</c>. It runs once for each input on both.
/// </para>
/// <para>Words for one database only stand in <c>/*sqlite … */</c> or <c>/*postgres … */</c>.</para>
/// </remarks>
/// <typeparam name="TInput">What the inputs are taken from; <see cref="None"/> where there are none.</typeparam>
public class Statement<TInput>
{
    private readonly Column<TInput>[] _columns;
    private readonly string _text;
    private readonly string _sqlite;
    private readonly string _postgres;

    /// <exception cref="ArgumentException">The text names an input that <paramref name="columns"/> lacks.</exception>
    public Statement(string sql, Action<Columns<TInput>>? columns = null)
    {
        var named = new Columns<TInput>();
        columns?.Invoke(named);
        _columns = named.ToArray();
        ReadsRows = _columns.Length > 0 && !DialectText.HasParameters(sql);
        _text = sql;
        _sqlite = SqliteText(1);
        _postgres = PostgresText();
    }

    /// <summary>
    /// What identifies the table row that an input changes. Give it wherever one call may hold two inputs for the same
    /// row: a statement changes a row once, so the second such input is run by a second one, in order.
    /// </summary>
    public Func<TInput, object>? Key { get; init; }

    internal ReadOnlySpan<Column<TInput>> Inputs => _columns;

    internal bool ReadsRows { get; }

    internal string Text(Dialect dialect) => dialect == Dialect.Sqlite ? _sqlite : _postgres;

    /// <summary>The text over so many inputs at a time, whose parameters follow each other.</summary>
    internal string SqliteText(int inputs)
    {
        string[] names = Names();
        string text = DialectText.For(Dialect.Sqlite, _text);
        if (!ReadsRows)
            return DialectText.Numbered(Dialect.Sqlite, text, names);

        IEnumerable<string> rows = Enumerable.Range(0, inputs).Select(
            row => $"({string.Join(", ", names.Select((_, i) => $"?{(row * names.Length) + i + 1}"))})");
        return $"WITH rows({string.Join(", ", names)}) AS (VALUES {string.Join(", ", rows)}) {text}";
    }

    internal void Bind(SqliteStatement prepared, TInput input, int place = 0)
    {
        for (int i = 0; i < _columns.Length; i++)
            _columns[i].Bind(prepared, (place * _columns.Length) + i + 1, input);
    }

    private string PostgresText()
    {
        string[] names = Names();
        string text = DialectText.For(Dialect.Postgres, _text);
        if (!ReadsRows)
            return DialectText.Numbered(Dialect.Postgres, text, names);

        string arrays = string.Join(", ", _columns.Select((column, i) => $"${i + 1}::{column.PostgresType}[]"));
        return $"WITH rows AS (SELECT * FROM unnest({arrays}) AS inputs({string.Join(", ", names)})) {text}";
    }

    private string[] Names() => [.. _columns.Select(column => column.Name)];
}

/// <summary>A <see cref="Statement{TInput}"/> that answers rows: a SELECT, or a change with RETURNING.</summary>
/// <param name="sql">The text; see <see cref="Statement{TInput}"/>.</param>
/// <param name="columns">The inputs.</param>
/// <param name="result">Makes the result of one answered row. It must not keep the <see cref="Row"/>.</param>
public sealed class Query<TInput, TResult>(string sql, Action<Columns<TInput>>? columns, Func<Row, TResult> result)
    : Statement<TInput>(sql, columns)
{
    public Query(string sql, Func<Row, TResult> result)
        : this(sql, null, result)
    {
    }

    internal Func<Row, TResult> Result => result;
}
