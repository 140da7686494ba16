using System.Globalization;
using System.Text;

namespace Turnstile.Grains.Storage.Sqlite;

/// <summary>
/// Says that one process has a database file to itself: grains rely on being the only ones who write. The operating
/// system takes the mark back however the process ends.
/// </summary>
internal sealed class FileOwnership : IDisposable
{
    // What .NET reports for a file that somebody else holds: a Windows error, or the errno of flock.
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;

    private readonly FileStream _lock;

    private FileOwnership(FileStream held) => _lock = held;

    /// <exception cref="DatabaseInUseException">Somebody else has it.</exception>
    public static FileOwnership Take(string databasePath)
    {
        string path = databasePath + ".lock";
        try
        {
            var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            held.SetLength(0);
            held.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            held.Flush();
            return new FileOwnership(held);
        }
        catch (IOException e) when (e.HResult is SharingViolation or WouldBlockOnLinux or WouldBlockOnMac)
        {
            throw new DatabaseInUseException(
                $"The database {databasePath} is in use by another process ({path} is locked). End that process, " +
                "or give this one another file by Storage:Path, or a PostgreSQL server by ConnectionStrings:Turnstile.",
                e);
        }
    }

    public void Dispose() => _lock.Dispose();
}
