using System.Text.Json;
using System.Text.Unicode;
using Turnstile.Events;

namespace Turnstile.Grains.Events.Counting;

/// <summary>
/// Reads what counting needs back from final events, one JSON object a line: how counts are rebuilt after a crash.
/// </summary>
internal static class CountedEvents
{
    public static List<CountedEvent> Read(ReadOnlySpan<byte> lines)
    {
        var events = new List<CountedEvent>();
        while (!lines.IsEmpty)
        {
            int end = lines.IndexOf((byte)'\n');
            events.Add(ReadOne(lines[..end]));
            lines = lines[(end + 1)..];
        }

        return events;
    }

    /// <summary>The line of an event among others, without its end; empty where it is not there.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> lines, long id)
    {
        Span<byte> start = stackalloc byte[32];
        bool fits = Utf8.TryWrite(start, $"{{\"id\":{id},", out int length);
        while (fits && !lines.IsEmpty)
        {
            int end = lines.IndexOf((byte)'\n');
            if (lines.StartsWith(start[..length]))
            {
                return lines[..end];
            }

            lines = lines[(end + 1)..];
        }

        return [];
    }

    private static CountedEvent ReadOne(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        long player = 0;
        long cents = 0;
        bool won = false;
        EventType type = EventType.GameStart;
        DateTime received = default;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("player_id"u8))
            {
                json.Read();
                player = json.GetInt64();
            }
            else if (json.ValueTextEquals("type"u8))
            {
                json.Read();
                type = TypeOf(ref json);
            }
            else if (json.ValueTextEquals("has_won"u8))
            {
                json.Read();
                won = json.GetBoolean();
            }
            else if (json.ValueTextEquals("received_at"u8))
            {
                json.Read();
                received = json.GetDateTime();
            }
            else if (json.ValueTextEquals("amount_eur"u8))
            {
                json.Read();
                cents = json.TokenType == JsonTokenType.Null ? 0 : json.GetInt64();
            }
            else
            {
                json.Skip();
            }
        }

        return new CountedEvent(player, type, won, cents, new DateTimeOffset(received).ToUnixTimeSeconds());
    }

    private static EventType TypeOf(ref Utf8JsonReader json) =>
        json.ValueTextEquals("bet"u8) ? EventType.Bet
        : json.ValueTextEquals("deposit"u8) ? EventType.Deposit
        : json.ValueTextEquals("game_stop"u8) ? EventType.GameStop
        : EventType.GameStart;
}
