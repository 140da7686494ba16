using System.Diagnostics;

namespace Turnstile.Load;

/// <summary>A bar on the console that says how far a phase is and how fast it goes.</summary>
/// <param name="phase">What is done.</param>
/// <param name="total">How much there is to do; 0 where that is not known.</param>
internal sealed class Progress(string phase, long total)
{
    private const int Width = 30;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _gate = new();
    private TimeSpan _shown;
    private long _done;

    public long Done => Volatile.Read(ref _done);

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
        string far = total == 0 ? $"{_done,10:N0}" : $"{Bar((double)_done / total)} {_done,10:N0} of {total:N0}";
        Console.Error.Write($"\r{phase,-28} {far} {PerSecond,9:N0}/s {_watch.Elapsed:mm\\:ss} ");
    }

    private static string Bar(double part)
    {
        int filled = (int)(Math.Min(1, part) * Width);
        return $"[{new string('#', filled)}{new string('.', Width - filled)}] {part,4:P0}";
    }
}
