using System.Diagnostics;

namespace Turnstile.Load;

/// <summary>A bar on the console that says how far a phase is and how fast it goes.</summary>
internal sealed class Progress(string phase, long total)
{
    private const int Width = 30;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _gate = new();
    private TimeSpan _shown;
    private long _done;

    public TimeSpan Elapsed => _watch.Elapsed;

    public double PerSecond => _done / _watch.Elapsed.TotalSeconds;

    public void Add(long count) => Set(Interlocked.Add(ref _done, count));

    public void Set(long done)
    {
        lock (_gate)
        {
            _done = Math.Max(_done, done);
            if (_watch.Elapsed - _shown >= Period)
            {
                _shown = _watch.Elapsed;
                Show();
            }
        }
    }

    /// <summary>The last state stays on the console.</summary>
    public void Finish()
    {
        _watch.Stop();
        Show();
        Console.Error.WriteLine();
    }

    private void Show()
    {
        double part = total == 0 ? 1 : Math.Min(1, (double)_done / total);
        int filled = (int)(part * Width);
        string bar = new string('#', filled) + new string('.', Width - filled);
        Console.Error.Write($"\r{phase,-28} [{bar}] {part,4:P0} {_done,10:N0} of {total:N0} {PerSecond,9:N0}/s {_watch.Elapsed:mm\\:ss} ");
    }
}
