using System.Net.Http.Json;
using System.Text.Json;

namespace Turnstile.Load.Soak;

/// <summary>
/// Widgets connected and freed at random, beside a model that does the same; after each change both sides are compared.
/// </summary>
internal sealed class WidgetSoak(HttpClient http, int seed) : SoakActivity("widgets")
{
    private const int Widgets = 500;

    private readonly Random _random = new(seed);

    // By widget, the peer at its port P.
    private readonly Dictionary<int, int> _peers = [];
    private int _made;

    protected override async Task Step()
    {
        if (_made < Widgets)
        {
            using HttpResponseMessage made = await http.PostAsJsonAsync(
                "/widgets", new { name = "soak", serial_number = $"{_made}", ports = new[] { "P" } });
            made.EnsureSuccessStatusCode();
            _made++;
            return;
        }

        (int one, int two) = (_random.Next(Widgets), _random.Next(Widgets - 1));
        two += two >= one ? 1 : 0;
        if (_random.Next(4) == 0)
        {
            using HttpResponseMessage freed = await http.DeleteAsync($"/widgets/{one}/associations/P");
            Wrong += freed.IsSuccessStatusCode == Free(one) ? 0 : 1;
        }
        else
        {
            using HttpResponseMessage connected = await http.PutAsJsonAsync(
                "/widgets/associations", new { port_type = "P", widget_serial_num = $"{one}", peer_widget_serial_num = $"{two}" });
            connected.EnsureSuccessStatusCode();
            Free(one);
            Free(two);
            (_peers[one], _peers[two]) = (two, one);
        }

        Wrong += await Differs(one) + await Differs(two);
    }

    protected override async Task<long> CountLost()
    {
        long lost = 0;
        for (int widget = 0; widget < _made; widget++)
        {
            lost += await Differs(widget);
        }

        return lost;
    }

    private bool Free(int widget) => _peers.Remove(widget, out int peer) && _peers.Remove(peer);

    private async Task<int> Differs(int widget)
    {
        JsonElement found = await http.GetFromJsonAsync<JsonElement>($"/widgets/{widget}");
        string? expected = _peers.TryGetValue(widget, out int peer) ? $"{peer}" : null;
        return found.GetProperty("connections").GetProperty("P").GetString() == expected ? 0 : 1;
    }
}
