using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Turnstile.Grains.Compute;

/// <summary>Reads the CPU time that the calling thread has used: what callers are charged.</summary>
public interface IThreadCpuClock
{
    /// <summary>CPU time of the calling thread, user and system, in seconds from an arbitrary start.</summary>
    double Seconds { get; }

    /// <summary>Lets the calling thread give way to those that answer requests, where the system can.</summary>
    void GiveWay();
}

/// <summary>
/// The clock of the operating system: POSIX <c>clock_gettime</c>, or <c>GetThreadTimes</c> on Windows.
/// </summary>
internal sealed partial class ThreadCpuClock : IThreadCpuClock
{
    // CLOCK_THREAD_CPUTIME_ID differs between the two POSIX systems served.
    private static readonly int ThreadCpuTime = OperatingSystem.IsMacOS() ? 16 : 3;

    /// <inheritdoc/>
    public double Seconds
    {
        get
        {
            if (OperatingSystem.IsWindows())
            {
                return GetThreadTimes(GetCurrentThread(), out _, out _, out long kernel, out long user)
                    ? TimeSpan.FromTicks(kernel + user).TotalSeconds
                    : throw new Win32Exception();
            }

            return ClockGetTime(ThreadCpuTime, out Timespec time) == 0
                ? time.Seconds + (time.Nanoseconds * 1e-9)
                : throw new Win32Exception();
        }
    }

    /// <inheritdoc/>
    public void GiveWay()
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxScheduling.GiveWay();
        }
        else
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, out Timespec time);

    [LibraryImport("kernel32")]
    private static partial IntPtr GetCurrentThread();

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetThreadTimes(
        IntPtr thread, out long created, out long exited, out long kernel, out long user);

    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
