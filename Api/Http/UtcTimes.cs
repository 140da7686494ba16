using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnstile.Api.Http;

/// <summary>Times of the API: RFC 3339 in UTC, with the Z that the same times have in records and in the event log.</summary>
internal sealed class UtcTimes : JsonConverter<DateTimeOffset>
{
    /// <summary>What a time has to be, for whoever sent another.</summary>
    public const string Rule = "Must be a time of RFC 3339, such as 2022-02-02T23:45:00Z.";

    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";

    // A date with a time and an offset: 2022-02-02T23:45:00Z.
    private const int LengthMin = 20;
    private const int OffsetLength = 6;

    /// <summary>A time of RFC 3339, at any offset.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        return HasOffset(Encoding.UTF8.GetBytes(text))
            && DateTimeOffset.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    /// <summary>Whether a time says where on Earth it is meant; without that it could be any of a day's.</summary>
    public static bool HasOffset(ReadOnlySpan<byte> text) =>
        text.Length >= LengthMin && (text[^1] == (byte)'Z' || text[^OffsetLength] is (byte)'+' or (byte)'-');

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
