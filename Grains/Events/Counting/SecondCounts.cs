namespace Turnstile.Grains.Events.Counting;

/// <summary>
/// Counts per whole second over a little more than an hour, in a ring: the memory is the same however many events there
/// are, and any window up to 3,600 s is summed exactly.
/// </summary>
/// <remarks>
/// The definition: the moving average at second s over a window of w is the number of events received in the whole
/// seconds s−w+1…s, divided by w.
/// </remarks>
internal sealed class SecondCounts
{
    /// <summary>The longest window, in seconds.</summary>
    public const int WindowMax = 3_600;

    // The rest, over eight minutes, is for events of silos whose clocks run ahead of the one that asks.
    private const int Slots = 4_096;
    private const int AheadMax = Slots - WindowMax;

    private readonly long[] _seconds = new long[Slots];
    private readonly long[] _counts = new long[Slots];

    /// <summary>The seconds that hold events, in no order.</summary>
    public IEnumerable<(long Second, long Count)> Entries
    {
        get
        {
            for (int i = 0; i < Slots; i++)
            {
                if (_counts[i] > 0)
                {
                    yield return (_seconds[i], _counts[i]);
                }
            }
        }
    }

    /// <summary>
    /// Counts events of a second since 1970. One that is too old for any window is forgotten; and so is one, in favour of others, that was
    /// counted under a clock that ran far ahead and has been set back.
    /// </summary>
    /// <param name="second">When they were received.</param>
    /// <param name="now">The second that it is.</param>
    /// <param name="count">How many.</param>
    public void Add(long second, long now, long count = 1)
    {
        long slot = second & (Slots - 1);
        bool isToCome = _seconds[slot] > second && _seconds[slot] > now + AheadMax;
        if (_seconds[slot] < second || isToCome)
        {
            _seconds[slot] = second;
            _counts[slot] = 0;
        }

        _counts[slot] += _seconds[slot] == second ? count : 0;
    }

    /// <summary>Events in the whole seconds that end with this one.</summary>
    /// <param name="lastSecond">Since 1970.</param>
    /// <param name="window">1…<see cref="WindowMax"/>.</param>
    public long Sum(long lastSecond, int window)
    {
        long sum = 0;
        for (long second = lastSecond - window + 1; second <= lastSecond; second++)
        {
            long slot = second & (Slots - 1);
            sum += _seconds[slot] == second ? _counts[slot] : 0;
        }

        return sum;
    }
}
