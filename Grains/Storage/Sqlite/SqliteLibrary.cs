using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Turnstile.Grains.Storage.Sqlite;

/// <summary>
/// Binds the SQLite that the operating system ships and keeps patched, rather than a bundled old one.
/// </summary>
internal static class SqliteLibrary
{
    private static readonly Lazy<bool> Loaded = new(Load);

    /// <exception cref="StorageException">The system has no SQLite, or one before 3.35, which lacks
    /// RETURNING.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());

        // Nobody asks how much memory SQLite has, and counting it takes a lock of the whole process at every allocation:
        // 8 % of the processor time while widgets are loaded.
        raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
        if (raw.sqlite3_libversion_number() >= 3_035_000)
            return true;

        string version = raw.sqlite3_libversion().utf8_to_string();
        throw new StorageException($"The system's SQLite is {version}; 3.35 or later is needed.");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != "e_sqlite3")
            return 0;

        string[] candidates = OperatingSystem.IsWindows() ? ["winsqlite3", "sqlite3"]
            : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib", "libsqlite3.0.dylib"]
            : ["libsqlite3.so.0", "libsqlite3.so"];
        foreach (string candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out nint handle))
                return handle;
        }

        throw new StorageException(
            $"SQLite was not found ({string.Join(", ", candidates)}). " +
            "On Debian and Ubuntu it is the package libsqlite3-0.");
    }
}
