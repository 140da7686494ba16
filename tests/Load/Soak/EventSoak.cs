using System.Net.Http.Json;
using System.Text.Json;

namespace Turnstile.Load.Soak;

/// <summary>Deposits of a few players in euros, now and then sent twice; all of them have to be counted once.</summary>
internal sealed class EventSoak(HttpClient http, int seed) : SoakActivity("events")
{
    private const int BatchEvents = 20;
    private const int Players = 7;
    private const int Looks = 600;

    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(100);

    private readonly Random _random = new(seed);
    private readonly Dictionary<int, long> _deposits = [];
    private long _sent;

    protected override async Task Step()
    {
        object[] batch = [.. Enumerable.Range(0, BatchEvents).Select(_ => Next())];
        int accepted = await Send(batch);
        Wrong += BatchEvents - accepted;
        if (_random.Next(5) == 0)
        {
            Wrong += await Send(batch);
        }
    }

    /// <summary>Counting follows the answer: it is looked at until it is complete, or does not become so.</summary>
    protected override async Task<long> CountLost()
    {
        JsonElement totals = default;
        for (int look = 0; look < Looks; look++)
        {
            totals = await http.GetFromJsonAsync<JsonElement>("/materialized");
            if (totals.GetProperty("events_total").GetInt64() >= _sent)
            {
                break;
            }

            await Task.Delay(LookPause, TimeProvider.System);
        }

        KeyValuePair<int, long> top = _deposits.OrderByDescending(player => player.Value).ThenBy(player => player.Key).First();
        JsonElement found = totals.GetProperty("top_player_deposits");
        Wrong += found.GetProperty("id").GetInt64() == top.Key && found.GetProperty("count").GetInt64() == top.Value ? 0 : 1;
        return Math.Abs(_sent - totals.GetProperty("events_total").GetInt64());
    }

    private object Next()
    {
        int player = _random.Next(1, Players + 1);
        int amount = _random.Next(1, 10_000);
        _deposits[player] = _deposits.GetValueOrDefault(player) + amount;
        return new
        {
            id = ++_sent, player_id = player, game_id = 100, type = "deposit", amount, currency = "EUR", has_won = false,
            created_at = "2026-01-02T12:00:00Z",
        };
    }

    private async Task<int> Send(object[] batch)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync("/events", batch);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accepted").GetInt32();
    }
}
