using System.Runtime.InteropServices;

namespace Turnstile.Benchmarks.Numerics;

/// <summary>User time as the operating system counts it (POSIX getrusage), also for programs that have ended.</summary>
internal static unsafe partial class UserTime
{
    private const int Self = 0;
    private const int Children = -1;

    // struct rusage begins with the user time as seconds and microseconds; 512 bytes hold all of it everywhere.
    private const int RecordWords = 64;

    /// <summary>This process's, in milliseconds.</summary>
    public static double OfThisProcess => Read(Self);

    /// <summary>That of all child processes that have ended, in milliseconds.</summary>
    public static double OfEndedChildren => Read(Children);

    private static double Read(int who)
    {
        var record = stackalloc long[RecordWords];
        return GetResourceUsage(who, record) == 0
            ? (record[0] * 1e3) + ((int)record[1] / 1e3)
            : throw new InvalidOperationException("getrusage failed.");
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUsage(int who, long* record);
}
