using System.Runtime.InteropServices;

namespace Turnstile.Grains.Storage.Files;

/// <summary>
/// Makes the names in a folder survive a power cut: syncing a new file keeps what is in it, not that it is there.
/// </summary>
internal static partial class FolderSync
{
    // O_RDONLY is 0 on every Unix; a folder can be opened so.
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The operating system refused.</exception>
    public static void Run(string folder)
    {
        // Windows keeps names with the file's own flush, and cannot flush a folder.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int handle = Open(folder, ReadOnly, 0);
        if (handle < 0)
        {
            throw new IOException($"The folder {folder} could not be opened (error {Marshal.GetLastPInvokeError()}).");
        }

        int code = Sync(handle);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        if (code != 0)
        {
            throw new IOException($"The folder {folder} could not be synced (error {error}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
