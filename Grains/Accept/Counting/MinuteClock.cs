namespace Turnstile.Grains.Accept.Counting;

/// <summary>
/// Which minute a moment belongs to, and when a minute is due to close. Minutes are named by the second since 1970 at
/// which they began.
/// </summary>
/// <param name="length">How long a minute is, in seconds.</param>
/// <param name="grace">
/// How long after its end a minute closes, and how far ahead of now one may begin: what clocks may differ by, and what
/// a batch may take on its way.
/// </param>
internal sealed class MinuteClock(int length, TimeSpan grace)
{
    /// <summary>The minute to which the moment belongs.</summary>
    public long MinuteOf(DateTimeOffset moment)
    {
        long second = moment.ToUnixTimeSeconds();
        return second - (second % length);
    }

    /// <summary>The last minute that is due to close.</summary>
    public long LastDue(DateTimeOffset now) => Previous(MinuteOf(now - grace));

    /// <summary>Whether the minute begins so late that the clock that named it must be wrong.</summary>
    public bool IsAhead(long minute, DateTimeOffset now) => minute > (now + grace).ToUnixTimeSeconds();

    public long Previous(long minute) => minute - length;

    public long Next(long minute) => minute + length;
}
