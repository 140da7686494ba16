namespace Turnstile.Benchmarks.Widgets;

/// <summary>How far a phase has come, on one line that is written over; its last state stays.</summary>
internal sealed class ProgressBar(string name, double total)
{
    private const int Width = 30;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private long _shown;
    private long _done;

    public double Seconds => TimeProvider.System.GetElapsedTime(_start).TotalSeconds;

    public void Add(int count, double? at = null)
    {
        lock (_gate)
        {
            _done += count;
            if (TimeProvider.System.GetElapsedTime(_shown) > Period)
            {
                Show(at ?? _done);
            }
        }
    }

    /// <summary>The phase is over.</summary>
    public void End()
    {
        Show(total);
        Console.WriteLine();
    }

    private void Show(double at)
    {
        _shown = TimeProvider.System.GetTimestamp();
        int filled = (int)Math.Clamp(at / total * Width, 0, Width);
        Console.Write(
            $"\r{name,-34} [{new string('#', filled)}{new string('.', Width - filled)}] {_done,12:N0}  {_done / Seconds,10:N0}/s  {Seconds,6:N1} s ");
    }
}
