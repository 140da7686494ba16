using System.Runtime.InteropServices;

namespace Turnstile.Grains.Compute;

/// <summary>Tells the Linux kernel that a thread may be kept waiting.</summary>
/// <remarks>The runtime ignores thread priorities on Linux, but the kernel keeps a niceness and a slice for each thread.</remarks>
internal static partial class LinuxScheduling
{
    // nice 10 leaves a compute thread about a tenth of a contended core and all of an idle one.
    private const int Niceness = 10;

    // Since Linux 6.12 a thread that wakes interrupts one that asked for a longer slice than its own, 1 to 3 ms. Without this it
    // waits for the next timer tick, up to 4 ms, and a request wakes several threads one after another.
    private const ulong SliceNanoseconds = 10_000_000;

    private const int ThisThread = 0;

    /// <summary>Lets the calling thread give way, as far as the kernel takes it.</summary>
    public static void GiveWay()
    {
        nint call = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 314,
            Architecture.Arm64 => 274,
            _ => 0,
        };
        var attributes = new Attributes
        {
            Size = (uint)Marshal.SizeOf<Attributes>(), Nice = Niceness, Runtime = SliceNanoseconds,
        };
        if (call == 0 || SetAttributes(call, ThisThread, in attributes, 0) != 0)
        {
            _ = SetPriority(0, ThisThread, Niceness);
        }
    }

    // sched_setattr has no wrapper in older libraries.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SetAttributes(nint call, int thread, in Attributes attributes, uint flags);

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    private static partial int SetPriority(int which, int who, int priority);

    /// <summary><c>struct sched_attr</c> in its first version.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Runtime;
        public ulong Deadline;
        public ulong Period;
    }
}
