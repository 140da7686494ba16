namespace Turnstile.Silo.Memory;

/// <summary>
/// Gives memory back once a load is over. The runtime collects when it allocates: a process that has nothing more to do would
/// keep what its last load has left behind.
/// </summary>
internal sealed class QuietCollection(IHeap heap, TimeProvider time, ILogger<QuietCollection> logger) : BackgroundService
{
    // What a service allocates that is only looked at: health, metrics, a page that is open.
    private const long QuietBytes = 10 << 20;

    // What a load has to have allocated to be worth a collection.
    private const long LoadBytes = 256 << 20;

    // More takes too long to be moved: everything waits meanwhile.
    private const long LiveMax = 256 << 20;

    // What is in use after a collection may be given up later: grains end minutes after their last call.
    private const long LiveMin = 64 << 20;
    private const int LooksUntilAgain = 60;

    private const int QuietLooks = 3;

    internal static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(10);

    private long _seen;
    private long _collectedAt;
    private long _live;
    private int _quiet;
    private int _looks;
    private bool _collecting;

    private bool IsWorthIt =>
        _seen - _collectedAt >= LoadBytes || (_live >= LiveMin && _looks >= LooksUntilAgain);

    /// <summary>
    /// Looks at what was allocated since the last look. After some quiet ones it collects beside what runs, and at the next quiet
    /// one, where little is left in use, it compacts. While much is in use it comes back to it from time to time.
    /// </summary>
    internal void Look()
    {
        long allocated = heap.Allocated;
        _quiet = allocated - _seen < QuietBytes ? _quiet + 1 : 0;
        _seen = allocated;
        _looks++;
        if (_quiet == 0)
        {
            _collecting = false;
        }
        else if (_collecting)
        {
            _collecting = false;
            _collectedAt = allocated;
            _looks = 0;
            _live = heap.Live;
            if (_live <= LiveMax)
                heap.Compact();
            logger.LogDebug("The process is quiet: its memory was collected, {Live} bytes are in use.", _live);
        }
        else if (_quiet >= QuietLooks && IsWorthIt)
        {
            _collecting = true;
            heap.BeginCollection();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookPeriod, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Look();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }
}
