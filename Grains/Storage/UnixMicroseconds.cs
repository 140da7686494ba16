namespace Turnstile.Grains.Storage;

/// <summary>How times are stored: whole microseconds since 1970 in UTC, as a 64-bit integer.</summary>
public static class UnixMicroseconds
{
    /// <summary>The clock's present, cut to whole microseconds.</summary>
    public static long Now(TimeProvider time) => time.GetUtcNow().ToMicroseconds();

    public static long ToMicroseconds(this DateTimeOffset time) =>
        (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(this long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
