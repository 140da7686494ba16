namespace Turnstile.Grains.Storage;

/// <summary>Times as they are stored: microseconds since 1970, UTC.</summary>
internal static class StoredTime
{
    public static long ToMicroseconds(this DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(this long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
