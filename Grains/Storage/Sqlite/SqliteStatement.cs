using System.Buffers;
using System.Text;
using SQLitePCL;

namespace Turnstile.Grains.Storage.Sqlite;

/// <summary>A statement that one connection keeps parsed. Used by one thread at a time, like its connection.</summary>
internal sealed class SqliteStatement(SqliteConnection connection, sqlite3_stmt handle) : IDisposable
{
    public void Bind(int index, long value) => Check(raw.sqlite3_bind_int64(handle, index, value));

    public void Bind(int index, double value) => Check(raw.sqlite3_bind_double(handle, index, value));

    public void BindNull(int index) => Check(raw.sqlite3_bind_null(handle, index));

    public void Bind(int index, byte[]? value)
    {
        if (value is null)
            BindNull(index);
        else if (value.Length == 0)
            Check(raw.sqlite3_bind_zeroblob(handle, index, 0));
        else
            Check(raw.sqlite3_bind_blob(handle, index, value));
    }

    public void Bind(int index, string? value)
    {
        if (value is null)
        {
            BindNull(index);
            return;
        }

        // A span of no bytes would reach SQLite as a null pointer, which means NULL there.
        if (value.Length == 0)
        {
            Check(raw.sqlite3_bind_text(handle, index, ""));
            return;
        }

        int most = Encoding.UTF8.GetMaxByteCount(value.Length);
        byte[]? rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> bytes = rented ?? stackalloc byte[512];
        Check(raw.sqlite3_bind_text(handle, index, bytes[..Encoding.UTF8.GetBytes(value, bytes)]));
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>A text in UTF-8; null where it is empty.</summary>
    public void BindUtf8(int index, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            BindNull(index);
        else
            Check(raw.sqlite3_bind_text(handle, index, value));
    }

    /// <summary>Goes to the next answered row; false after the last one.</summary>
    public bool Step()
    {
        int code = raw.sqlite3_step(handle);
        return code switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw connection.Error(code),
        };
    }

    /// <summary>Runs to the end, for statements whose rows nobody wants.</summary>
    public void Run()
    {
        try
        {
            while (Step())
            {
            }
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>
    /// Makes the statement ready for its next run; until then a reader holds its snapshot and stops checkpoints, and
    /// what is bound stays in memory.
    /// </summary>
    public void Reset()
    {
        raw.sqlite3_reset(handle);
        raw.sqlite3_clear_bindings(handle);
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Integer(int column) => raw.sqlite3_column_int64(handle, column);

    public double Real(int column) => raw.sqlite3_column_double(handle, column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    /// <summary>Where SQLite has the text; empty also where it is null.</summary>
    public ReadOnlySpan<byte> Utf8(int column) => raw.sqlite3_column_blob(handle, column);

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    public void Dispose() => handle.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw connection.Error(code);
    }
}
