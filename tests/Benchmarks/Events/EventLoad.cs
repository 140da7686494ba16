using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Turnstile.Api.Events;
using Wire = Turnstile.Api.Events.Wire;

namespace Turnstile.Benchmarks.Events;

/// <summary>Sends events that were made and encoded before the clock started.</summary>
internal sealed class EventLoad(HttpClient http)
{
    // More than anything here takes; a run ends early where they are used up.
    private const int BatchedPerSecondMax = 200_000;
    private const int SinglePerSecondMax = 60_000;
    private const int Players = 10_000;

    private static readonly string[] Currencies = ["EUR", "USD", "GBP", "JPY", "KWD"];

    private readonly Random _random = new(1);
    private readonly TimeProvider _time = TimeProvider.System;
    private long _lastId;

    public async Task<LoadResult> Run(Shape shape, double seconds)
    {
        int count = (int)(seconds * (shape.Batch == 1 ? SinglePerSecondMax : BatchedPerSecondMax)) / shape.Batch;
        var bodies = new ConcurrentQueue<byte[]>(Enumerable.Range(0, count).Select(_ => Encode(shape)).ToArray());
        long before = await Total();
        var latencies = new ConcurrentQueue<TimeSpan>();
        long start = _time.GetTimestamp();
        long[] taken = await Task.WhenAll(Enumerable.Range(0, shape.Connections).Select(async _ =>
        {
            long events = 0;
            while (_time.GetElapsedTime(start).TotalSeconds < seconds && bodies.TryDequeue(out byte[]? body))
            {
                await Send(body, shape.Protobuf, latencies);
                events += shape.Batch;
            }

            return events;
        }));
        double sending = _time.GetElapsedTime(start).TotalSeconds;
        while (await Total() < before + taken.Sum())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), _time);
        }

        double counting = _time.GetElapsedTime(start).TotalSeconds;
        TimeSpan[] sorted = [.. latencies.Order()];
        return new LoadResult(
            taken.Sum(), taken.Sum() / sending, taken.Sum() / counting, sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]);
    }

    private async Task Send(byte[] body, bool protobuf, ConcurrentQueue<TimeSpan> latencies)
    {
        while (true)
        {
            long began = _time.GetTimestamp();
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue(protobuf ? Media.Protobuf : Media.Json);
            using HttpResponseMessage answer = await http.PostAsync("/events", content);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests)
            {
                answer.EnsureSuccessStatusCode();
                latencies.Enqueue(_time.GetElapsedTime(began));
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), _time);
        }
    }

    private async Task<long> Total() =>
        (await http.GetFromJsonAsync<JsonElement>("/materialized")).GetProperty("events_total").GetInt64();

    private byte[] Encode(Shape shape)
    {
        var batch = new Wire.EventBatch();
        for (int i = 0; i < shape.Batch; i++)
        {
            batch.Events.Add(Draw());
        }

        return shape.Protobuf ? batch.ToByteArray() : JsonSerializer.SerializeToUtf8Bytes(
            batch.Events.Select(ToBody).ToArray(), EventsJson.Default.EventBodyArray);
    }

    private Wire.Event Draw()
    {
        var made = new Wire.Event
        {
            Id = ++_lastId,
            PlayerId = 1 + _random.Next(Players),
            GameId = 100 + _random.Next(6),
            Type = (Wire.EventType)(1 + _random.Next(4)),
            CreatedAt = new Timestamp { Seconds = 1_767_000_000 + (_lastId / 1_000) },
        };
        if (made.Type is Wire.EventType.Bet or Wire.EventType.Deposit)
        {
            made.Amount = 1 + _random.Next(100_000);
            made.Currency = Currencies[_random.Next(Currencies.Length)];
            made.HasWon = _random.Next(2) == 0;
        }

        return made;
    }

    private static EventBody ToBody(Wire.Event made) => new(
        made.Id,
        made.PlayerId,
        made.GameId,
        made.Type switch
        {
            Wire.EventType.GameStart => "game_start",
            Wire.EventType.Bet => "bet",
            Wire.EventType.Deposit => "deposit",
            _ => "game_stop",
        },
        made.HasAmount ? made.Amount : null,
        made.HasAmount ? made.Currency : null,
        made.HasWon,
        made.CreatedAt.ToDateTimeOffset());
}
