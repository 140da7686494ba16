using System.Runtime.InteropServices;

namespace Turnstile.Benchmarks.Numerics;

/// <summary>User time as the operating system counts it (POSIX getrusage), also for programs that have ended.</summary>
internal static unsafe partial class UserTime
{
    private const int Self = 0;
    private const int Children = -1;

    // CLOCK_THREAD_CPUTIME_ID of Linux.
    private const int ThreadClock = 3;

    // struct rusage begins with the user time as seconds and microseconds; 512 bytes hold all of it everywhere.
    private const int RecordWords = 64;

    /// <summary>This process's, in milliseconds.</summary>
    public static double OfThisProcess => Read(Self);

    /// <summary>That of all child processes that have ended, in milliseconds.</summary>
    public static double OfEndedChildren => Read(Children);

    /// <summary>What the calling thread has run, user and system, in milliseconds.</summary>
    public static double OfThisThread
    {
        get
        {
            var time = stackalloc long[2];
            return GetClock(ThreadClock, time) == 0
                ? (time[0] * 1e3) + (time[1] / 1e6)
                : throw new InvalidOperationException("clock_gettime failed.");
        }
    }

    private static double Read(int who)
    {
        var record = stackalloc long[RecordWords];
        return GetResourceUsage(who, record) == 0
            ? (record[0] * 1e3) + ((int)record[1] / 1e3)
            : throw new InvalidOperationException("getrusage failed.");
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetClock(int clock, long* time);

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUsage(int who, long* record);
}
