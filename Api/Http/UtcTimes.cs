using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnstile.Api.Http;

/// <summary>Times of the API: RFC 3339 in UTC, with the Z that the same times have in records and in the event log.</summary>
internal sealed class UtcTimes : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
