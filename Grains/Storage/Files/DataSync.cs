using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Turnstile.Grains.Storage.Files;

/// <summary>
/// Makes what was written to a file survive a power cut, with its length and without its times: on Linux that spares a commit of
/// the file system's journal wherever the length stays.
/// </summary>
internal static partial class DataSync
{
    /// <exception cref="IOException">The operating system refused.</exception>
    public static void Run(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
            RandomAccess.FlushToDisk(file);
        else if (Sync(file) != 0)
            throw new IOException($"A file could not be synced: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);
}
