using Npgsql;
using Turnstile.Grains.Storage.Sqlite;

namespace Turnstile.Grains.Storage;

/// <summary>
/// The row that a query has just answered; columns are counted from 0. Valid only while its result is made.
/// </summary>
public readonly struct Row
{
    private readonly SqliteStatement? _sqlite;
    private readonly NpgsqlDataReader? _postgres;

    internal Row(SqliteStatement sqlite) => _sqlite = sqlite;

    internal Row(NpgsqlDataReader postgres) => _postgres = postgres;

    public bool IsNull(int column) => _sqlite?.IsNull(column) ?? _postgres!.IsDBNull(column);

    /// <summary>An integer of any width.</summary>
    public long Integer(int column) => _sqlite?.Integer(column) ?? _postgres!.GetInt64(column);

    public long? IntegerOrNull(int column) => IsNull(column) ? null : Integer(column);

    public double Real(int column) => _sqlite?.Real(column) ?? _postgres!.GetDouble(column);

    public double? RealOrNull(int column) => IsNull(column) ? null : Real(column);

    public string Text(int column) => _sqlite?.Text(column) ?? _postgres!.GetString(column);

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>A text as it is stored; empty also where it is null. Valid until the next row.</summary>
    public ReadOnlySpan<byte> Utf8(int column) => _sqlite is not null ? _sqlite.Utf8(column)
        : _postgres!.IsDBNull(column) ? default
        : _postgres.GetFieldValue<byte[]>(column);

    public byte[] Bytes(int column) => _sqlite?.Bytes(column) ?? _postgres!.GetFieldValue<byte[]>(column);

    public byte[]? BytesOrNull(int column) => IsNull(column) ? null : Bytes(column);
}
