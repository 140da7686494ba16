using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Google.Protobuf;
using RabbitMQ.Client;
using Turnstile.Api.Events.Wire;

namespace Turnstile.Publisher;

/// <summary>One way to hand events over.</summary>
internal interface ISender : IAsyncDisposable
{
    /// <summary>
    /// Returns once somebody has taken responsibility for the events; insists where that is refused for the moment.
    /// </summary>
    Task Send(EventBatch batch);
}

/// <summary>
/// POST /events. Events that may or may not have been taken in, because the connection broke, are sent again: their ids make that
/// harmless.
/// </summary>
internal sealed class HttpSender(Uri service, bool protobuf, TimeProvider time) : ISender
{
    private static readonly string[] Types = ["", "game_start", "bet", "deposit", "game_stop"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // A service that is started again is back by then.
    private static readonly TimeSpan AbsenceMax = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new() { BaseAddress = service };

    public async Task Send(EventBatch batch)
    {
        byte[] body = protobuf ? batch.ToByteArray() : Json(batch);
        long begun = time.GetTimestamp();
        while (await TrySend(body, begun) is { } wait)
        {
            await Task.Delay(wait, time);
        }
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <returns>How long to wait before the next try; null where the events were taken in.</returns>
    private async Task<TimeSpan?> TrySend(byte[] body, long begun)
    {
        try
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue(protobuf ? "application/x-protobuf" : "application/json");
            using HttpResponseMessage answer = await _http.PostAsync("/events", content);
            if (answer.IsSuccessStatusCode)
            {
                return null;
            }

            return answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
                ? answer.Headers.RetryAfter?.Delta ?? Patience
                : throw new HttpRequestException(
                    $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}", null, answer.StatusCode);
        }
        catch (HttpRequestException e) when (e.StatusCode is null && time.GetElapsedTime(begun) < AbsenceMax)
        {
            return Patience;
        }
    }

    private static byte[] Json(EventBatch batch)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (Event source in batch.Events)
            {
                json.WriteStartObject();
                json.WriteNumber("id", source.Id);
                json.WriteNumber("player_id", source.PlayerId);
                json.WriteNumber("game_id", source.GameId);
                json.WriteString("type", Types[(int)source.Type]);
                if (source.HasAmount)
                {
                    json.WriteNumber("amount", source.Amount);
                    json.WriteString("currency", source.Currency);
                }

                json.WriteBoolean("has_won", source.HasWon);
                json.WriteString("created_at", source.CreatedAt.ToDateTime());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return bytes.ToArray();
    }
}

/// <summary>Persistent messages to a queue; sent once the broker has confirmed them.</summary>
internal sealed class RabbitMqSender : ISender
{
    private static readonly BasicProperties Properties = new()
    {
        ContentType = "application/x-protobuf",
        Persistent = true,
    };

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _queue;

    private RabbitMqSender(IConnection connection, IChannel channel, string queue)
    {
        _connection = connection;
        _channel = channel;
        _queue = queue;
    }

    public static async Task<RabbitMqSender> Connect(Uri broker, string queue)
    {
        var factory = new ConnectionFactory { Uri = broker, ClientProvidedName = "turnstile publisher" };
        IConnection connection = await factory.CreateConnectionAsync();
        IChannel channel = await connection.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        return new RabbitMqSender(connection, channel, queue);
    }

    public async Task Send(EventBatch batch) =>
        await _channel.BasicPublishAsync("", _queue, mandatory: true, Properties, batch.ToByteArray());

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
