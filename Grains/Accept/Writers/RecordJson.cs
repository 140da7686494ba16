using System.Globalization;
using System.Text;
using System.Text.Json;
using Turnstile.Accept;

namespace Turnstile.Grains.Accept.Writers;

/// <summary>A record as every destination gets it: <c>{"minute":"2026-01-02T03:04:00Z","unique_ids":7}</c>.</summary>
public static class RecordJson
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The record in UTF-8, without a line end.</summary>
    public static byte[] Write(MinuteRecord record) => Encoding.UTF8.GetBytes(
        $$"""{"minute":"{{Minute(record.Minute)}}","unique_ids":{{record.UniqueIds}}}""");

    /// <summary>The minute in RFC 3339, which is also its key where a destination has keys.</summary>
    public static string Minute(long minute) =>
        DateTimeOffset.FromUnixTimeSeconds(minute).ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>The minute of a written record; null where the text is none.</summary>
    internal static long? ReadMinute(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("minute"u8))
                {
                    reader.Read();
                    return reader.TryGetDateTimeOffset(out DateTimeOffset minute) ? minute.ToUnixTimeSeconds() : null;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Somebody else's line.
        }

        return null;
    }
}
