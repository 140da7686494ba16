using SQLitePCL;

namespace Turnstile.Grains.Storage.Sqlite;

/// <summary>What each of SQLite's result codes means to a caller of the stores.</summary>
internal static class SqliteError
{
    public static StorageException From(sqlite3 connection, int code, string path)
    {
        string text = raw.sqlite3_errmsg(connection).utf8_to_string();
        string message = $"SQLite, {path}: {text} (code {code})";
        return (code & 0xFF) switch
        {
            raw.SQLITE_CONSTRAINT => new StorageConstraintException(message),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_NOMEM or raw.SQLITE_READONLY or raw.SQLITE_IOERR
                or raw.SQLITE_CORRUPT or raw.SQLITE_FULL or raw.SQLITE_CANTOPEN or raw.SQLITE_PROTOCOL
                or raw.SQLITE_NOTADB or raw.SQLITE_INTERRUPT or raw.SQLITE_PERM or raw.SQLITE_AUTH
                => new StorageUnavailableException(message),
            _ => new StorageException(message),
        };
    }
}
