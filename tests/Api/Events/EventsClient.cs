using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Turnstile.Api.Events;
using Turnstile.Harness;
using Wire = Turnstile.Api.Events.Wire;

namespace Turnstile.Api.Tests.Events;

/// <summary>What the tests of events do with the service over HTTP.</summary>
internal static class EventsClient
{
    public static Task<HttpResponseMessage> PostEvents(this HttpClient http, string json) =>
        http.PostAsync("/events", new StringContent(json, Encoding.UTF8, "application/json"));

    public static Task<HttpResponseMessage> PostProtobuf(this HttpClient http, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        return http.PostAsync("/events", content);
    }

    public static async Task<JsonElement> Json(this HttpResponseMessage answer)
    {
        using (answer)
        {
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }
    }

    public static Task<JsonElement> Materialized(this HttpClient http, string query = "") =>
        http.GetFromJsonAsync<JsonElement>($"/materialized{query}");

    /// <summary>The final event, once it is there.</summary>
    public static async Task<JsonElement> Final(this HttpClient http, long id)
    {
        JsonElement final = default;
        await Wait.Until($"event {id} is final", async () =>
        {
            using HttpResponseMessage answer = await http.GetAsync($"/events/{id}");
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                return false;
            }

            final = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return true;
        });
        return final;
    }

    public static Task Counted(this HttpClient http, long events) => Wait.Until(
        $"{events} events are counted",
        async () => (await http.Materialized()).GetProperty("events_total").GetInt64() == events);

    public static string ToJson(IEnumerable<EventBody> events) => JsonSerializer.Serialize(
        events.ToArray(), EventsJson.Default.EventBodyArray);

    public static byte[] ToProtobuf(IEnumerable<EventBody> events)
    {
        var batch = new Wire.EventBatch();
        batch.Events.AddRange(events.Select(ToWire));
        return batch.ToByteArray();
    }

    private static Wire.Event ToWire(EventBody source)
    {
        var made = new Wire.Event
        {
            Id = source.Id,
            PlayerId = source.PlayerId,
            GameId = source.GameId,
            Type = source.Type switch
            {
                "game_start" => Wire.EventType.GameStart,
                "bet" => Wire.EventType.Bet,
                "deposit" => Wire.EventType.Deposit,
                _ => Wire.EventType.GameStop,
            },
            Currency = source.Currency ?? "",
            HasWon = source.HasWon,
            CreatedAt = Timestamp.FromDateTimeOffset(source.CreatedAt),
        };
        if (source.Amount is { } amount)
        {
            made.Amount = amount;
        }

        return made;
    }
}
