using System.Text.Json.Serialization;
using Turnstile.Accept;
using Turnstile.Grains.Accept.Writers;

namespace Turnstile.Api.Accept;

/// <summary>This minute so far, and the last 60 that are closed, newest first.</summary>
internal sealed record StatsBody(string Minute, long UniqueIds, IReadOnlyList<MinuteBody> History)
{
    public static StatsBody Of(MinutesView view) => new(
        RecordJson.Minute(view.Current.Minute), view.Current.UniqueIds, [.. view.History.Select(MinuteBody.Of)]);
}

/// <summary>A minute, in RFC 3339, and its unique ids.</summary>
internal sealed record MinuteBody(string Minute, long UniqueIds)
{
    public static MinuteBody Of(MinuteRecord record) => new(RecordJson.Minute(record.Minute), record.UniqueIds);
}

/// <summary>The JSON of Accept, generated.</summary>
[JsonSerializable(typeof(StatsBody))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class AcceptJson : JsonSerializerContext;
